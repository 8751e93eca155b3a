import { sessionDigest } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { signedIn, tempHouse } from '../testing/temp-house.ts'

const minute = 60_000

const opened = async () => {
  const house = await tempHouse()
  const { saves, browser } = house
  const save = async (by: 'click' | 'rotation', account = 'ada', signIn: 'signed-in' | 'uncertain' = 'signed-in') => {
    const session = { ...signedIn(account, 'canary-5e1f'), signIn }
    const told = await saves.fromClick(browser, { session, digest: await sessionDigest(session), name: null, by })
    return told.kind === 'saved' ? told.version : told.code
  }
  return { ...house, save }
}

describe('a save that nobody clicked for', () => {
  it('is in the ledger as that, of the browser that it came from', async () => {
    const { save, ledger, browser } = await opened()
    expect(await save('click')).toBe(1)
    expect(await save('rotation')).toBe(2)
    const saved = ledger.list().filter(({ kind }) => kind === 'session_saved')
    expect(saved.map(({ details }) => details)).toEqual([
      { version: 1, cookies: 2, origins: 1 },
      { version: 2, cookies: 2, origins: 1, by: 'rotation' },
    ])
    expect(saved.map(({ asker }) => asker)).toEqual([1, 2].map(() => ({ kind: 'browser', label: browser.label })))
  })

  it('is taken every five minutes for each account, whatever the wall clock says; clicks are always', async () => {
    const { save, time, rows } = await opened()
    await save('click')
    await save('click', 'bob')
    expect(await save('rotation')).toBe(2)
    const before = rows().length
    expect(await save('rotation')).toBe('saved_too_often')
    time.advance(5 * minute - 1)
    expect(await save('rotation')).toBe('saved_too_often')
    time.setWall(time.wall() - 60 * minute)
    expect(await save('rotation')).toBe('saved_too_often')
    expect(rows()).toHaveLength(before)
    expect(await save('rotation', 'bob')).toBe(2)
    expect(await save('click')).toBe(3)
    time.advance(1)
    expect(await save('rotation')).toBe(4)
  })

  it('is one of twenty that come at once', async () => {
    const { save } = await opened()
    await save('click')
    const told = await Promise.all(Array.from({ length: 20 }, () => save('rotation')))
    expect(told.filter((code) => code === 'saved_too_often')).toHaveLength(19)
  })

  it('is refused while all agents are paused, and while an alarm stands', async () => {
    const { save, pause, alarms } = await opened()
    await save('click')
    await pause.pause('Chrome on Linux')
    expect(await save('rotation')).toBe('paused')
    await pause.resume('Chrome on Linux')
    alarms.raise({ alarm: 'ledger_diverged', about: null, text: 'The ledger was changed.' })
    expect(await save('rotation')).toBe('ledger_diverged')
    expect(await save('click')).toBe(2)
  })

  it('is never of an uncertain sign-in, nor the first of an account', async () => {
    const { save } = await opened()
    expect(await save('rotation')).toBe('no_such_session')
    await save('click')
    expect(await save('rotation', 'bob')).toBe('no_such_session')
    expect(await save('rotation', 'ada', 'uncertain')).toBe('capture_refused')
    expect(await save('rotation')).toBe(2)
  })
})
