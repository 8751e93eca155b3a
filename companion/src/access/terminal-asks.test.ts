import { describe, expect, it } from 'vitest'
import { tempHouse } from '../testing/temp-house.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createTerminalAsks } from './terminal-asks.ts'

describe('a question of the terminal’s that no road leads by', () => {
  it('counts with all others of the terminal, and is none while that is muted', async () => {
    const { limits, mutes, time } = await tempHouse()
    const asks = createTerminalAsks({ mutes, limits })
    for (let times = 0; times < 30; times += 1) asks.require()
    expect(thrownBy(() => asks.require())).toMatchObject({ code: 'rate_limited', next: 'Try again in 60 seconds.' })
    time.advance(60_000)
    asks.require()
    const waiting = asks.muted()
    mutes.mute({ grant: 'terminal', label: 'Terminal' }, { kind: 'browser', label: 'Chrome' })
    expect([waiting.aborted, thrownBy(() => asks.require())]).toMatchObject([
      true,
      { code: 'muted', message: 'The terminal is muted for a while.' },
    ])
    time.advance(15 * 60_000)
    asks.require()
    expect(asks.muted().aborted).toBe(false)
  })
})
