import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, tools } from './places.mjs'
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs'
import { step } from './steps.mjs'

const parts = [
  { name: 'extension', made: 'extension/dist/chrome/manifest.json' },
  { name: 'companion', made: 'companion/dist/cli.js' },
]

/** Builds the extension and the companion, each only when its sources have changed. */
export async function build(say = console.log) {
  for (const { name, made } of parts) {
    const stamp = join(root, name, 'dist/.built-from')
    const sources = [name, 'shared', 'pnpm-lock.yaml', 'tsconfig.base.json'].map((path) => join(root, path))
    const digest = digestOf(sources)
    if (isStamped(stamp, digest) && existsSync(join(root, made))) continue

    removeStamp(stamp)
    await step(`build the ${name}`, process.execPath, [tools.vite, 'build'], { say, cwd: join(root, name) })
    writeStamp(stamp, digest)
  }
}
