import { join } from 'node:path'
import { z } from 'zod'
import { createBelongings } from '../../support/belongings.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { companionProgram } from '../companion-program.ts'
import type { Measure, Row } from '../measure.ts'

const samples = z.array(z.number()).min(1)
const decisions = z.record(z.string(), samples)
const sides = z.object({ through: samples, without: samples })
const doors = z.object({ shipped: sides, counted: sides, entered: sides })

const policies: readonly (readonly [kind: string, what: string, atMost?: number])[] = [
  ['spread1', '1 rule', 10],
  ['spread100', '100 rules, each on a tool of its own', 10],
  ['spread1000', '1,000 rules, each on a tool of its own', 50],
  ['one100', '100 rules on the tool that is called', 10],
  ['one1000', '1,000 rules on the tool that is called', 50],
  ['patterns1', 'one regex over 340 characters'],
  ['patterns10', 'ten regexes over 340 characters'],
]

/** How long the policy thinks. */
export const decideMeasure: Measure = {
  name: 'decide',
  title: 'What the policy takes to decide one call',
  async take(run) {
    const parts = createBelongings()
    try {
      const printed = await companionProgram(parts, 'time-policy.ts', [String(run.rounds(400))], 120)
      const found = decisions.parse(JSON.parse(printed))
      return {
        how: [
          "By the companion's own code, in a program of its own. Each sample is the mean of 50 decisions.",
          'The call breaks none of the rules, so that all of its tool are looked at: comparisons, lists, and texts searched for words.',
        ],
        rows: policies.map(([kind, what, atMost]): Row => ({
          what,
          unit: 'µs',
          samples: found[kind] ?? [],
          ...(atMost === undefined ? {} : { aim: { of: 'median', atMost } }),
        })),
      }
    } finally {
      await parts.close()
    }
  },
}

/** What an allowed call pays for passing the door. */
export const doorMeasure: Measure = {
  name: 'door',
  title: 'An allowed session_status through the door, and through one that lets everything pass',
  async take(run) {
    const parts = createBelongings()
    try {
      await using folder = await temporaryFolder('door')
      const home = join(folder.path, 'state')
      const printed = await companionProgram(parts, 'time-door.ts', [String(run.rounds(1500)), home], 300)
      const { shipped, counted, entered } = doors.parse(JSON.parse(printed))
      return {
        how: [
          "In one process, without a wire: the companion's own door, its database in a state folder of its own, ten versions of 40 cookies.",
          'The clock is moved by hand: ten calls a second, of which the ledger gets a row a minute; or one a minute, and a row for each.',
        ],
        rows: [
          ...pair('the shipped policy', shipped),
          ...pair('two limits', counted, 1.3),
          ...pair('the shipped policy, a row in the ledger for each call', entered),
        ],
      }
    } finally {
      await parts.close()
    }
  },
}

function pair(what: string, { through, without }: z.output<typeof sides>, atMost?: number): Row[] {
  const bare = `${what}: without it all`
  const aim = atMost === undefined ? {} : { aim: { of: 'ratio' as const, atMost } }
  return [
    { what: bare, unit: 'ms', samples: without },
    { what: `${what}: through the door`, unit: 'ms', samples: through, against: bare, ...aim },
  ]
}
