import { join } from 'node:path'
import { packages, root } from './places.mjs'
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs'
import { step } from './steps.mjs'

const pnpm = 'pnpm@12.21.0'
const stamp = join(root, 'node_modules/.countersign-setup')

/** Installs what package.json and the lockfile name, when that has changed since the last time. */
export async function install(say = console.log) {
  const manifests = ['.', ...packages].map((folder) => join(root, folder, 'package.json'))
  const digest = digestOf([...manifests, join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')])
  if (isStamped(stamp, digest)) return

  removeStamp(stamp)
  await step('install what it is made of', 'npx', ['-y', pnpm, 'install', '--frozen-lockfile'], {
    say,
    // It asks before it clears a folder, unless it is told that no one is there to answer.
    env: { ...process.env, CI: 'true' },
    // npx is a .cmd file on Windows, which only a shell can start. No argument here comes from outside.
    shell: process.platform === 'win32',
  })
  writeStamp(stamp, digest)
}
