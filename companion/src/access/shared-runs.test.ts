import { deferred } from '@countersign/shared/deferred'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeTime } from '../testing/fake-time.ts'
import { createSharedRuns, type Joined } from './shared-runs.ts'

const patience = 45_000
const tenMinutes = 600_000

const setUp = () => {
  const time = fakeTime()
  const runs = createSharedRuns<string>({ time, lasts: (result) => result !== 'fleeting' })
  const started: { finish(result: string): void; readonly signal: AbortSignal }[] = []
  const join = (key = 'k') => {
    const leaving = new AbortController()
    const joined = runs.join(key, leaving.signal, {
      patience,
      run: (signal) => {
        const result = deferred<string>()
        started.push({ finish: result.resolve, signal })
        return result.promise
      },
    })
    const told = joined.then(
      (how: Joined<string>) => (how.kind === 'result' ? how.result : how.kind),
      () => 'left',
    )
    return { told, leave: () => leaving.abort() }
  }
  const settle = () => new Promise(setImmediate)
  return { time, join, started, settle }
}

describe('identical calls', () => {
  it('are one run, whose result all of them get', async () => {
    const { join, started } = setUp()
    const calls = [join(), join(), join('other')]
    expect(started).toHaveLength(2)
    started[0]?.finish('saved')
    started[1]?.finish('else')
    expect(await Promise.all(calls.map(({ told }) => told))).toEqual(['saved', 'saved', 'else'])
  })

  it('are called off by the last to leave, and one that comes then is another run', async () => {
    const { join, started } = setUp()
    const [one, two] = [join(), join()]
    one.leave()
    expect(started[0]?.signal.aborted).toBe(false)
    two.leave()
    expect(started[0]?.signal.aborted).toBe(true)
    const three = join()
    expect(started).toHaveLength(2)
    started[1]?.finish('saved')
    expect(await Promise.all([one.told, two.told, three.told])).toEqual(['left', 'left', 'saved'])
  })
})

describe('who can not wait', () => {
  it('is told to come back, and gets the result then, once', async () => {
    const { time, join, started, settle } = setUp()
    const first = join()
    time.advance(patience - 1)
    await settle()
    const second = join()
    time.advance(1)
    expect(await first.told).toBe('come-back')
    first.leave()
    second.leave()
    expect(started[0]?.signal.aborted).toBe(false)
    started[0]?.finish('saved')
    await settle()
    expect(await join().told).toBe('saved')
    join()
    expect(started).toHaveLength(2)
  })

  it('waits again for a run that is still under way', async () => {
    const { time, join, started } = setUp()
    const first = join()
    time.advance(patience)
    expect(await first.told).toBe('come-back')
    const again = join()
    expect(started).toHaveLength(1)
    time.advance(patience)
    expect(await again.told).toBe('come-back')
    const once = join()
    started[0]?.finish('saved')
    expect(await once.told).toBe('saved')
    // Who came back has taken it. What is called for now is wished for anew, and not answered by what was done before.
    join()
    expect(started).toHaveLength(2)
  })

  it('finds it for ten minutes, by whichever clock', async () => {
    for (const jump of [false, true]) {
      const { time, join, started, settle } = setUp()
      const first = join()
      time.advance(patience)
      await first.told
      started[0]?.finish('saved')
      await settle()
      if (jump) time.setWall(time.wall() + tenMinutes)
      if (!jump) time.advance(tenMinutes)
      join()
      expect(started).toHaveLength(2)
      expect(time.waiting()).toBe(1)
    }
  })

  it('does not find what says nothing any more', async () => {
    const { time, join, started, settle } = setUp()
    const first = join()
    time.advance(patience)
    await first.told
    started[0]?.finish('fleeting')
    await settle()
    join()
    expect(started).toHaveLength(2)
  })
})

it('whatever happens in whichever order: a run ends early just when nobody waits and nobody was told to come back', async () => {
  const step = fc.oneof(
    fc.constant('join' as const),
    fc.constant('pass' as const),
    fc.nat(9).map((who) => ({ leave: who })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { time, join, started, settle } = setUp()
      const calls: { told: Promise<string>; leave(): void; how?: string; left: boolean }[] = []
      for (const what of steps) {
        if (what === 'join') {
          const call: (typeof calls)[number] = { ...join(), left: false }
          void call.told.then((how) => (call.how = how))
          calls.push(call)
        } else if (what === 'pass') time.advance(patience / 2)
        else {
          const call = calls[what.leave]
          if (call === undefined) continue
          call.left ||= call.how === undefined
          call.leave()
        }
        await settle()
        const last = started.at(-1)
        const waiting = calls.some(({ how }) => how === undefined)
        const promised = calls.some(({ how }) => how === 'come-back')
        // Once promised, the first run is the only one, since it does not finish here.
        expect(last?.signal.aborted ?? false).toBe(last !== undefined && !promised && !waiting)
        expect(calls.filter(({ how, left }) => left && how !== 'left')).toEqual([])
      }
    }),
    { numRuns: 200 },
  )
})
