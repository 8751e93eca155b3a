import { fdatasyncSync, openSync, closeSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { createBelongings } from '../../support/belongings.ts'
import { createCompanion, type Companion } from '../../support/companion.ts'
import { root } from '../../support/places.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { companionProgram } from '../companion-program.ts'
import { interleave, side, type Side } from '../interleave.ts'
import type { Measure, Row } from '../measure.ts'
import { startToEnd } from '../spawned-server.ts'

const many = 100_000
const names = { short: 'an empty ledger', long: '100,000 rows' } as const
const lists = z.array(z.number())
const acts = z.object({ append: lists, call: lists, list: lists })

/** What the ledger costs on its first day, and after years. */
export const ledgerMeasure: Measure = {
  name: 'ledger',
  title: 'The ledger, empty and with 100,000 rows',
  async take(run) {
    const parts = createBelongings()
    try {
      const [short, long] = [parts.keep(await createCompanion()), parts.keep(await createCompanion())]
      // Each has its own identity and key first, as in use.
      for (const companion of [short, long]) {
        await companion.start()
        await companion.stop()
      }
      await companionProgram(parts, 'fill-ledger.ts', [long.home, String(many)], 600)

      const starts = { short: startOf(short), long: startOf(long) }
      await interleave(run.rounds(10), [starts.short, starts.long], { warmUps: 1 })
      await Promise.all([short.start(), long.start()])
      const commands = {
        list: { short: commandOf(short, ['list']), long: commandOf(long, ['list']) },
        listAll: { short: commandOf(short, listAll), long: commandOf(long, listAll) },
        verify: { short: commandOf(short, ['verify']), long: commandOf(long, ['verify']) },
      }
      const version = side(() => startToEnd([...cli, '--version'], short.env))
      const { list, listAll: all, verify } = commands
      await interleave(run.rounds(15), [version, list.short, list.long], { warmUps: 1 })
      await interleave(run.rounds(10), [all.short, all.long, verify.short, verify.long], { warmUps: 1 })
      await Promise.all([short.stop(), long.stop()])

      const disk = await timeDisk(run.rounds(200))
      const timed = await companionProgram(
        parts,
        'time-ledger.ts',
        [String(run.rounds(200)), short.home, long.home],
        120,
      )
      const [one, other] = timed.split('\n').slice(0, 2)
      const inside = { short: acts.parse(JSON.parse(one ?? '')), long: acts.parse(JSON.parse(other ?? '')) }

      return {
        how: [
          "Append, call and list of 100 rows by the companion's own code, in a program of its own; each append is on the disk when it returns.",
          'A call is two rows: its intent, and its outcome. Commands are timed from their spawn to their end, a companion running.',
          'Start: from the spawn of countersign start to the line that says it is ready.',
        ],
        rows: [
          { what: 'floor: 4 KiB written and on the disk', unit: 'ms', samples: disk },
          ...pair('append', inside.short.append, inside.long.append),
          ...pair('call, intent and outcome', inside.short.call, inside.long.call),
          ...pair('list of 100', inside.short.list, inside.long.list),
          { what: 'floor: countersign --version', unit: 'ms', samples: version.samples },
          ...pair('countersign ledger list', list.short.samples, list.long.samples),
          ...pair('countersign ledger list, all', all.short.samples, all.long.samples),
          ...pair('countersign ledger verify', verify.short.samples, verify.long.samples),
          ...pair('countersign start', starts.short.samples, starts.long.samples),
        ],
      }
    } finally {
      await parts.close()
    }
  },
}

const cli = [join(root, 'companion/dist/cli.js')]
const listAll = ['list', '--json', '--limit', String(many)]

/** The same on both; what years cost is the ratio. */
function pair(what: string, short: readonly number[], long: readonly number[]): Row[] {
  const first = `${what}, ${names.short}`
  return [
    { what: first, unit: 'ms', samples: short },
    { what: `${what}, ${names.long}`, unit: 'ms', samples: long, against: first },
  ]
}

function commandOf(companion: Companion, args: readonly string[]): Side<number> {
  return side(() => startToEnd([...cli, 'ledger', ...args], companion.env))
}

function startOf(companion: Companion): Side<number> {
  return side(async () => {
    const began = performance.now()
    await companion.start()
    const took = performance.now() - began
    await companion.stop()
    return took
  })
}

async function timeDisk(rounds: number): Promise<readonly number[]> {
  await using folder = await temporaryFolder('disk')
  const file = openSync(join(folder.path, 'page'), 'w')
  const page = Buffer.alloc(4096)
  const samples = Array.from({ length: rounds }, (_, at) => {
    const began = performance.now()
    writeSync(file, page, 0, page.length, at * page.length)
    fdatasyncSync(file)
    return performance.now() - began
  })
  closeSync(file)
  return samples
}
