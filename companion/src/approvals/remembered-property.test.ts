import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { agentOf, lastingHouse, saveOf, type Scope } from '../testing/lasting-house.ts'

// Whatever happens in whichever order, nothing runs without a yes that covers it, and what she was told stands does.

const minute = 60_000
const argsOf = (which: number) => String(which).repeat(64)
const grants = ['g1', 'g2']
const tools = ['save_session', 'send_message']

const oneOf = (most: number) => fc.nat({ max: most })
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('yes' as const),
      grant: oneOf(1),
      tool: oneOf(1),
      args: oneOf(1),
      by: oneOf(1),
      lasts: oneOf(2),
      same: fc.boolean(),
      account: oneOf(1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock set' as const), minutes: fc.integer({ min: -30, max: 30 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('lost' as const, 'back' as const, 'closed' as const), by: oneOf(1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), which: oneOf(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('paused' as const, 'policy' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('muted' as const, 'revoked' as const), grant: oneOf(1) }) },
)

/** What the model knows of a yes. */
type Given = {
  id: string
  grant: string
  tool: string
  args: string
  same: boolean
  by: number
  account: string
  ends: { wall: number; monotonic: number } | null
}

it('lets through exactly what the yeses that stand cover', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (happenings) => {
      const house = await lastingHouse()
      const { time, browsers, remembered, ledger } = house
      const known = [house.browser, house.other]
      const here = [true, true]
      let given: Given[] = []
      const end = (ended: (yes: Given) => boolean) => {
        given = given.filter((yes) => !ended(yes))
      }

      for (const what of happenings) {
        const browser = 'by' in what ? known[what.by] : undefined
        if (what.kind === 'yes' && browser !== undefined) {
          // The terminal's and one that counts once are in the truth tables.
          if (here[what.by] !== true) continue
          const [grant = '', tool = '', account = ''] = [
            grants[what.grant],
            tools[what.tool],
            ['ada', 'eve'][what.account],
          ]
          const scopes: Scope[] = ['once', house.forFifteen(what.same), house.untilClosed(what.same, browser)]
          const scope = scopes[what.lasts] ?? 'once'
          const more = { asker: agentOf(grant), action: tool, args: argsOf(what.args), subject: saveOf(account) }
          const id = await house.take(scope, more, browser)
          if (scope === 'once') continue
          const fifteen = { wall: time.wall() + 15 * minute, monotonic: time.monotonic() + 15 * minute }
          const yes: Given = {
            id,
            grant,
            tool,
            args: argsOf(what.args),
            same: what.same,
            by: what.by,
            account,
            ends: scope.for === 'browser' ? null : fifteen,
          }
          end(
            (older) =>
              older.grant === grant &&
              older.tool === tool &&
              older.account === account &&
              older.by === yes.by &&
              (!yes.same || (older.same && older.args === yes.args)),
          )
          given.push(yes)
        }
        if (what.kind === 'time') time.advance(what.minutes * minute)
        if (what.kind === 'clock set') time.setWall(time.wall() + what.minutes * minute)
        if (what.kind === 'lost' && browser !== undefined) {
          here[what.by] = false
          browsers.lose(browser)
        }
        if (what.kind === 'back' && browser !== undefined) {
          here[what.by] = true
          browsers.connect(browser)
        }
        if (what.kind === 'closed' && browser !== undefined) {
          // Closed and opened again: it is back at once, in another session.
          const session = crypto.randomUUID()
          browsers.lose(browser)
          browser.session = () => session
          browsers.connect(browser)
          here[what.by] = true
          end(({ by }) => by === what.by)
        }
        if (what.kind === 'forget') {
          const id = remembered.list()[what.which]?.id
          if (id !== undefined) remembered.forget(id, { kind: 'browser', label: 'Hers' })
          end((yes) => yes.id === id)
        }
        if (what.kind === 'paused' || what.kind === 'policy') {
          ledger.append({ kind: what.kind, asker: { kind: 'browser', label: 'Hers' } })
          end(() => true)
        }
        if (what.kind === 'muted' || what.kind === 'revoked') {
          const grant = grants[what.grant] ?? ''
          ledger.append({ kind: what.kind, asker: { kind: 'browser', label: 'Hers' }, details: { grant } })
          end((yes) => yes.grant === grant)
        }
        end(({ ends }) => ends !== null && (time.wall() >= ends.wall || time.monotonic() >= ends.monotonic))

        expect(remembered.list().map(({ id }) => id)).toEqual(given.map(({ id }) => id))
        for (const grant of grants) {
          for (const tool of tools) {
            for (const args of [argsOf(0), argsOf(1)]) {
              const covering = given.filter(
                (yes) =>
                  yes.grant === grant && yes.tool === tool && (!yes.same || yes.args === args) && here[yes.by] === true,
              )
              expect(house.idsCovering({ grant, tool, args })).toEqual(covering.map(({ id }) => id).toReversed())
            }
          }
        }
      }
      remembered.close()
    }),
    { numRuns: 60 },
  )
})
