import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createBelongings } from '../support/belongings.ts'
import { pictures } from '../support/places.ts'
import { openAlbum } from './album.ts'
import { lookingAt } from './stage.ts'
import { createTeller, StepBroke, type Teller } from './teller.ts'
import { walk } from './tour.ts'
import { createWitness } from './witness.ts'

const usage = `Usage: npm run demo -- [--headed]

The main job from beginning to end, hands-free: a real browser with the extension, a
companion with a vault of its own, a stand-in for upwork.com, and an agent.

  --headed  show the browser, and go slowly enough to watch`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const asked = parsed(args)
  if (asked === undefined || asked.help) {
    process[asked === undefined ? 'stderr' : 'stdout'].write(`${usage}\n`)
    return asked === undefined ? 2 : 0
  }
  // Whatever was started is ended by what listens to `exit`.
  process.once('SIGINT', () => process.exit(130))
  return show(createTeller(process.stdout, process.env), asked.headed)
}

async function show(teller: Teller, headed: boolean): Promise<number> {
  const began = performance.now()
  const album = await openAlbum(join(pictures, 'demo'))
  const witness = createWitness()
  const parts = createBelongings()
  try {
    teller.say('\n  Countersign, hands-free\n')
    await walk({ teller, album, witness, parts, headed, look: lookingAt(headed) })
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    teller.say(`\n  Done in ${seconds} s. Pictures of each moment: ${album.folder}\n`)
    return 0
  } catch (error) {
    const broke = error instanceof StepBroke ? error : new StepBroke('The tour', error)
    teller.say(`\n  Broke at: ${broke.title}\n\n${reasons(broke.cause).join('\n')}\n`)
    for (const seen of await witness.testify(album)) teller.say(`${seen}\n`)
    return 1
  } finally {
    await parts.close()
  }
}

/** What went wrong, and what that came from. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  return [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))]
}

function parsed(args: string[]): { headed: boolean; help: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { headed: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    return { headed: values.headed === true, help: values.help === true }
  } catch {
    return undefined
  }
}
