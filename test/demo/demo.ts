import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createBelongings } from '../support/belongings.ts'
import { pictures } from '../support/places.ts'
import { openAlbum } from './album.ts'
import { paintShopWindow } from './shop-window.ts'
import { lookingAt } from './stage.ts'
import { createTeller, StepBroke, type Teller } from './teller.ts'
import { walk } from './tour.ts'
import { createWitness } from './witness.ts'

const usage = `Usage: npm run demo [-- OPTIONS]

The main job from beginning to end, hands-free: a real browser with the extension,
a companion with a vault of its own, a stand-in for upwork.com, and an agent.

  --headed           show the browser, and go slowly enough to watch
  --pictures FOLDER  only paint the README's pictures into this folder
  -h, --help         show this`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const asked = parsed(args)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n\n${usage}\n`)
    return 2
  }
  if (asked.help) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  if (asked.headed && !hasScreen(process.env)) {
    process.stderr.write('There is no screen here to show a browser on. Run it without --headed: npm run demo\n')
    return 1
  }
  // Whatever was started is ended by what listens to `exit`.
  process.once('SIGINT', () => process.exit(130))
  return show(createTeller(process.stdout, process.env), asked)
}

async function show(teller: Teller, { headed, pictures: folder }: Asked): Promise<number> {
  const began = performance.now()
  const album = await openAlbum(join(pictures, 'demo'))
  const witness = createWitness()
  const parts = createBelongings()
  try {
    teller.say('\n  Countersign, hands-free\n')
    const tour = { teller, album, witness, parts, headed, look: lookingAt(headed) }
    await (folder === undefined ? walk(tour) : paintShopWindow(tour, resolve(folder)))
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    teller.say(`\n  Done in ${seconds} s. Pictures of each moment:\n  ${album.folder}\n`)
    return 0
  } catch (error) {
    const { message, cause } = error instanceof StepBroke ? error : new StepBroke('The tour', error)
    teller.say(`\n  ${message}\n${reasons(cause).join('\n')}\n`)
    for (const seen of await witness.testify(album)) teller.say(`  Open then:\n${seen}\n`)
    return 1
  } finally {
    await parts.close()
  }
}

/** What went wrong, and what that came from. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [`  ${String(error)}`]
  return [`  ${error.message}`, ...(error.cause === undefined ? [] : reasons(error.cause))]
}

function hasScreen(env: NodeJS.ProcessEnv): boolean {
  return process.platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY'])
}

type Asked = { headed: boolean; help: boolean; pictures: string | undefined }

function parsed(args: string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args,
      options: { headed: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, pictures: { type: 'string' } },
    })
    return { headed: values.headed === true, help: values.help === true, pictures: values.pictures }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
