import { z } from 'zod'
import { createBelongings } from '../../support/belongings.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { companionProgram } from '../companion-program.ts'
import type { Measure, Row } from '../measure.ts'

/** Of a small sign-in, of about what Chromium keeps for a domain, and of more than any browser has. */
const sizes = [10, 150, 3000] as const

const samples = z.array(z.object({ whole: z.number(), stages: z.record(z.string(), z.number()) })).min(1)
const printed = z.object({
  bytes: z.int(),
  save: samples,
  export: samples,
  renew: samples,
  durable: samples,
  plain: samples,
})
type Samples = z.output<typeof samples>

/** What the companion does with a session, once it has it. */
export const sessionMeasure: Measure = {
  name: 'session',
  title: 'A session saved, exported, and written into a lease anew, in the companion alone',
  async take(run) {
    const parts = createBelongings()
    try {
      const rows: Row[] = []
      const bytes: string[] = []
      for (const cookies of sizes) {
        const home = parts.keep(await temporaryFolder(`session-${cookies}`))
        const args = [String(run.rounds(40)), home.path, String(cookies)]
        const told = printed.parse(JSON.parse(await companionProgram(parts, 'time-session.ts', args, 300)))
        bytes.push(`${Math.round(told.bytes / 1024)} KiB`)
        rows.push(...rowsOf(cookies, told))
      }
      return {
        how: [
          `${run.rounds(40)} rounds of each size, in turn, by the companion's own code in a program of its own, on a disk, of a made-up session.`,
          `As Playwright's storageState the files have ${bytes.join(', ')}. Nobody is asked, and nothing goes over the wire.`,
          'Of each act, what its stages take: their ratio is their share of it. The file of an export and of a lease is on the disk, and its',
          'entry in the ledger, too, when it returns. The floor writes the same text with the same care; the other one without any, as',
          "storageState({ path }) does. A lease is brought up to date after each save; a save's capture is in the measure `save`.",
        ],
        rows,
      }
    } finally {
      await parts.close()
    }
  },
}

function rowsOf(cookies: number, told: z.output<typeof printed>): Row[] {
  const named = (what: string): string => `${what}, ${cookies} cookies`
  const floor = named('floor: stringified, written and synced')
  const wholes = (all: Samples): readonly number[] => all.map(({ whole }) => whole)
  const staged = (what: string, all: Samples, against?: string): Row[] => [
    { what: named(what), unit: 'ms', samples: wholes(all), ...(against === undefined ? {} : { against }) },
    ...stagesOf(all).map((stage): Row => ({
      what: named(`  of the ${what}: ${words[stage] ?? stage}`),
      unit: 'ms',
      samples: all.map(({ stages }) => stages[stage] ?? 0),
      against: named(what),
    })),
  ]
  return [
    ...staged('save', told.save),
    { what: floor, unit: 'ms', samples: wholes(told.durable) },
    { what: named('stringified and written, as a script does'), unit: 'ms', samples: wholes(told.plain) },
    ...staged('export', told.export, floor),
    ...staged('renewal of a lease', told.renew, floor),
  ]
}

const words: Readonly<Record<string, string>> = {
  seal: 'checking, digesting, sealing and opening',
  write: 'writing, on the disk',
  'read back': 'reading back',
  ledger: 'the ledger',
  open: 'opening',
  render: 'rendering',
  file: 'the file',
}

/** In the order in which they are told. */
function stagesOf(all: Samples): readonly string[] {
  const there = new Set(all.flatMap(({ stages }) => Object.keys(stages)))
  return Object.keys(words).filter((stage) => there.has(stage))
}
