import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLedger } from '../ledger/ledger.ts'
import { createSealedItems } from '../vault/sealed-items.ts'
import { Secret } from '@countersign/shared/secret'
import { fakeTime } from '../testing/fake-time.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { createMutes } from './mutes.ts'

const minute = 60_000
const terminal = { kind: 'terminal', label: 'Terminal' } as const
const companion = { kind: 'companion', label: 'Companion' } as const
const grants = ['g1', 'g2'] as const

/** What the rules say, in as few words as possible: of each asker the clicks on Deny, and its mutes, as they happened. */
type Model = { denials: { action: string; at: number }[]; until: number; minutes: number }

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('deny'),
      grant: fc.constantFrom(...grants),
      action: fc.constantFrom('a', 'b'),
    }),
  },
  fc.record({ kind: fc.constant('mute'), grant: fc.constantFrom(...grants), action: fc.constant('') }),
  fc.record({ kind: fc.constant('unmute'), grant: fc.constantFrom(...grants), action: fc.constant('') }),
  fc.record({ kind: fc.constant('restart'), grant: fc.constant('g1'), action: fc.constant('') }),
  fc.record({ kind: fc.constant('wall back'), grant: fc.constant('g1'), action: fc.constant('') }),
)
const wait = fc.constantFrom(0, 1000, 30_000, minute, 10 * minute, 20 * minute, 5 * 60 * minute, 25 * 60 * minute)

it('mutes as the rules say, whatever is denied, muted, unmuted and restarted, and however the wall clock is set back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, wait), { maxLength: 25 }), (steps) => {
      const { database } = tempDatabase()
      const time = fakeTime()
      const items = createSealedItems({
        database,
        masterKey: new Secret(new Uint8Array(32)),
        random: (size) => new Uint8Array(size),
      })
      const ledger = createLedger({ database, time })
      const open = () => createMutes({ database, items, ledger, time })
      let mutes = open()
      // The model's clock is that of one who sits beside it, and whose watch nobody sets.
      let now = time.wall()
      const model = new Map<string, Model>(grants.map((grant) => [grant, { denials: [], until: 0, minutes: 0 }]))
      const mute = (of: Model) => {
        if (now < of.until) return
        of.minutes = of.minutes === 0 || now >= of.until + 24 * 60 * minute ? 15 : Math.min(1440, of.minutes * 2)
        of.until = now + of.minutes * minute
        of.denials = []
      }
      for (const [{ kind, grant, action }, pause] of steps) {
        const of = model.get(grant) ?? { denials: [], until: 0, minutes: 0 }
        const asker = { grant, label: grant }
        if (kind === 'deny' && now >= of.until) {
          mutes.denied({ grant: { id: grant, label: grant }, tool: action })
          if (of.denials.some((earlier) => earlier.action === action && now < earlier.at + minute)) mute(of)
          else of.denials.push({ action, at: now })
        }
        if (kind === 'mute') {
          mutes.mute(asker, terminal)
          mute(of)
        }
        if (kind === 'unmute') {
          mutes.unmute(asker, (details) => ledger.append({ kind: 'unmuted', asker: companion, details }))
          if (now < of.until) of.until = now
          of.denials = []
        }
        // As long as the process lives, it knows better than the wall clock; what it has written, the next one knows, too.
        if (kind === 'wall back') time.setWall(time.wall() - 3 * 60 * minute)
        if (kind === 'restart') {
          time.setWall(now)
          mutes.close()
          mutes = open()
        }
        time.advance(pause)
        now += pause
        for (const [each, { until }] of model) {
          expect(mutes.until(each)).toBe(now < until ? new Date(until).toISOString() : null)
          expect(mutes.refusal(each)?.retryAfter).toBe(now < until ? Math.ceil((until - now) / 1000) : undefined)
        }
      }
      mutes.close()
      database.close()
    }),
    { numRuns: 60 },
  )
})
