import { setTimeout as pause } from 'node:timers/promises'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportOverWire } from '../support/export-over-wire.ts'
import { ledgerRows, type LedgerRow } from '../support/ledger.ts'
import { sampleSession } from '../support/sample-session.ts'
import { tracesBelow } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line } from '../support/wire-browser.ts'
import { pairOverLine } from './pairing-line.ts'
import { insist, playKinds, requireOneOf, type Plan } from './tries.ts'

const account = 'example-freelancer'
const canary = 'canary-of-a-killed-save'
/** What lies in the vault is looked at after each so many kills. */
const looks = 5

/**
 * `kill -9` somewhere in the middle of saves. The next companion has what the last receipt told of, or the one save that was under
 * way besides, and each as a whole; and the ledger tells what was interrupted.
 *
 * @param sabotage called while nobody runs: for whoever wants to see these checks fail
 */
export async function killSaves(
  plan: Plan,
  sabotage: (companion: Companion) => Promise<unknown> = unharmed,
): Promise<void> {
  await using companion = await createCompanion()
  const browser = await createWireBrowser()
  await companion.start()
  let line = await pairOverLine(companion, browser)

  /** The last version that there is, and what each was sent with. */
  let last = 0
  const values = new Map<number, string>()
  let sent = ''
  let tries = 0
  const keepSaving = async (over: Line): Promise<void> => {
    for (;;) {
      sent = `${canary}.${(tries += 1)}`
      last = (await over.save(sampleSession(account, sent))).version
      values.set(last, sent)
    }
  }

  let kills = 0
  let interrupted = 0
  await playKinds(
    plan,
    [
      {
        name: 'in the middle of saves',
        async play(chance) {
          const saving = keepSaving(line).catch(() => undefined)
          const enough = last + chance.whole(0, 3)
          await until('some saves have their receipts', () => last >= enough)
          await pause(chance.whole(0, 40))
          await companion.kill()
          await saving
          kills += 1
          await sabotage(companion)
          insist((await tracesBelow(companion.home, canary)).length === 0, 'A value lies on the disk in the clear.')

          await companion.start()
          line = await browser.connect(companion.port)
          const { overview } = await line.hello()
          const version = requireOneOf(overview?.accounts[0]?.version ?? 0, [last, last + 1])
          const isNew = version > last
          if (isNew) values.set(version, sent)
          last = version
          const rows = await ledgerRows(companion)
          const more = count(rows, 'interrupted') - interrupted
          interrupted += more
          insist(more === 0 || more === 1, `The ledger tells of ${more} interrupted calls, and one was under way.`)
          insist(count(rows, 'done') + interrupted === count(rows, 'intent'), 'A call has begun and has no outcome.')
          if (kills % looks === 0 && last > 0) await lookAt(companion, line, values.get(last) ?? '')
          const state = isNew ? 'the save under way is there' : 'it is as the last receipt told'
          return more === 1 ? `${state}, and a call was interrupted` : state
        },
      },
    ],
    [undefined],
  )
  insist(plan.only !== undefined || last > plan.count, `There were ${last} saves for ${kills} kills.`)
}

/** What comes out of the vault is what the browser sent, to the last value. */
async function lookAt(companion: Companion, line: Line, value: string): Promise<void> {
  const { file, said } = await exportOverWire(companion, line)
  insist(file !== undefined && file.split(`"${value}"`).length === 3, `What is saved is not what was sent. ${said}`)
}

/** Of the calls of `save_session`. */
function count(rows: readonly LedgerRow[], outcome: string): number {
  return rows.filter((row) => row.tool === 'save_session' && row.kind !== 'session_saved' && row.outcome === outcome)
    .length
}

async function unharmed(): Promise<void> {
  // Nobody had a hand in it.
}
