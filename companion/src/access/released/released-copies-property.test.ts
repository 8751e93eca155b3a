import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { longestCopy } from '../exits/longest-copy.ts'
import { releasedHouse } from '../../testing/released-house.ts'
import type { Time } from '../../time.ts'
import { createReleasedCopies } from './released-copies.ts'

/** What comes to a house at random. Times are minutes. */
type Event =
  | { readonly kind: 'lease'; readonly name: string; readonly lasts: number }
  | { readonly kind: 'launch'; readonly name: string }
  | { readonly kind: 'save'; readonly certain: boolean }
  | { readonly kind: 'passes'; readonly minutes: number }
  | { readonly kind: 'set'; readonly minutes: number }
  | { readonly kind: 'pause' | 'resume' | 'kill' | 'stop' }
  | { readonly kind: 'end'; readonly which: number }
  | { readonly kind: 'deleted' | 'replaced'; readonly name: string }
  /** The disk takes so many more writes, and then none until the next thing comes. */
  | { readonly kind: 'full'; readonly after: number }

const name = fc.constantFrom('a.json', 'b.json', 'c.json')
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('lease' as const), name, lasts: fc.integer({ min: 1, max: 90 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('launch' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('save' as const), certain: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('passes' as const), minutes: fc.integer({ min: 0, max: 60 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('set' as const), minutes: fc.integer({ min: -120, max: 120 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('pause' as const, 'resume' as const, 'kill' as const, 'stop' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('deleted' as const, 'replaced' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('full' as const), after: fc.nat(4) }) },
)

/** A clock whose timers die with their process. */
const mortal = (time: Time): { clock: Time; die(): void } => {
  let dead = false
  return {
    clock: { ...time, after: (milliseconds, act) => time.after(milliseconds, () => void (dead || act())) },
    die: () => {
      dead = true
    },
  }
}

it('leaves no file without a copy that counts, and no copy that counts past its time, whatever comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
      const house = await releasedHouse()
      const { time, wanted, lying, pause, out } = house
      let writes = Number.POSITIVE_INFINITY
      const orFull =
        <A extends readonly unknown[], R>(act: (...given: A) => R) =>
        (...given: A): R => {
          writes -= 1
          if (writes < 0) throw new CountersignError('disk_full')
          return act(...given)
        }
      const requireOpen = () => {
        if (pause.isPaused()) throw new CountersignError('paused')
      }
      const start = () => {
        const { clock, die } = mortal(time)
        const items = { ...house.items, put: orFull(house.items.put) }
        const ledger = { ...house.ledger, append: orFull(house.ledger.append) }
        const deps = { ...house, items, ledger, time: clock, requireOpen, newName: randomUUID }
        return { copies: createReleasedCopies(deps), clock, die }
      }
      let running = start()
      /** By its file: until when at most each copy counts, by each clock. */
      const ends = new Map<string, { wall: number; monotonic: number }>()
      let newest = ''

      const play = async (one: Event): Promise<void> => {
        const { copies, clock } = running
        if (one.kind === 'lease') {
          const minutes = one.lasts * 60_000
          copies.place(wanted(one.name, minutes, { clock }))
          ends.set(one.name, { wall: time.wall() + minutes, monotonic: time.monotonic() + minutes })
        } else if (one.kind === 'launch') {
          copies.place(wanted(one.name, null, { clock }))
          ends.set(one.name, { wall: time.wall() + longestCopy, monotonic: time.monotonic() + longestCopy })
        } else if (one.kind === 'save') {
          const value = await house.save(one.certain ? {} : { signIn: 'uncertain' })
          if (one.certain) newest = value
          copies.renew()
        } else if (one.kind === 'passes') time.advance(one.minutes * 60_000)
        else if (one.kind === 'set') {
          time.setWall(time.wall() + one.minutes * 60_000)
          time.advance(5000)
        } else if (one.kind === 'pause') {
          await pause.pause('Terminal')
          copies.endWhere(() => true, 'paused')
        } else if (one.kind === 'resume') await pause.resume('Terminal')
        else if (one.kind === 'end') {
          const copy = copies.list()[one.which]
          if (copy !== undefined) copies.end(copy.id, 'ended', { kind: 'terminal', label: 'Terminal' })
        } else if (one.kind === 'deleted') rmSync(join(out, one.name), { force: true })
        else if (one.kind === 'replaced') {
          writeFileSync(join(out, 'other'), 'mine')
          renameSync(join(out, 'other'), join(out, one.name))
        } else if (one.kind === 'full') writes = one.after
        else {
          if (one.kind === 'stop') copies.close()
          running.die()
          running = start()
        }
      }

      for (const one of events) {
        const filling = one.kind !== 'full' && writes < Number.POSITIVE_INFINITY
        await play(one).catch((thrown: unknown) => {
          // A copy that can't be placed now, and a start without a disk, are refused.
          if (!(thrown instanceof CountersignError)) throw thrown
        })
        if (filling) {
          writes = Number.POSITIVE_INFINITY
          time.advance(60_000)
        }
        const live = running.copies.list()
        expect(new Set(lying())).toEqual(new Set(live.map(({ path }) => path).filter((path) => isOurs(path))))
        for (const { path, until } of live) {
          const end = ends.get(path.slice(out.length + 1))
          expect(end !== undefined && time.wall() < end.wall && time.monotonic() < end.monotonic).toBe(true)
          expect(until === null || Date.parse(until) > time.wall()).toBe(true)
        }
        expect(pause.isPaused() && live.length > 0).toBe(false)
        const written = one.kind === 'save' && one.certain ? live : []
        for (const { path } of written) expect(readFileSync(path, 'utf8')).toContain(newest)
      }
      writes = Number.POSITIVE_INFINITY
      running.copies.close()
      expect(lying()).toEqual([])
      expect(house.items.list('released ')).toEqual([])
    }),
    { numRuns: 40 },
  )
}, 120_000)

const isOurs = (path: string): boolean => existsSync(path) && readFileSync(path, 'utf8') !== 'mine'
