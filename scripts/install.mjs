import { join } from 'node:path'
import { packages, peers, root } from './places.mjs'
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs'
import { step } from './steps.mjs'

const pnpm = 'pnpm@12.21.0'

/** Installs what package.json and the lockfile name, when that has changed since the last time. */
export async function install(say = console.log) {
  const manifests = ['.', ...packages].map((folder) => join(root, folder, 'package.json'))
  await installIn(root, {
    say,
    title: 'install what it is made of',
    from: [...manifests, join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')],
  })
}

/** The programs of others that the benchmarks measure beside ours; nothing else needs them. */
export async function installPeers(say = console.log) {
  await installIn(peers, {
    say,
    title: 'install what it is measured beside',
    from: [join(peers, 'package.json'), join(peers, 'pnpm-lock.yaml')],
    // No part of the workspace, whose settings keep install scripts from running.
    more: ['--ignore-workspace', '--ignore-scripts'],
  })
}

/**
 * @param {string} folder
 * @param {{ say: import('./steps.mjs').Say, title: string, from: string[], more?: string[] }} what
 */
async function installIn(folder, { say, title, from, more = [] }) {
  const stamp = join(folder, 'node_modules/.countersign-setup')
  const digest = digestOf(from)
  if (isStamped(stamp, digest)) return

  removeStamp(stamp)
  await step(title, 'npx', ['-y', pnpm, 'install', '--frozen-lockfile', ...more], {
    say,
    cwd: folder,
    // It asks before it clears a folder, unless it is told that no one is there to answer.
    env: { ...process.env, CI: 'true' },
    // npx is a .cmd file on Windows, which only a shell can start. No argument here comes from outside.
    shell: process.platform === 'win32',
  })
  writeStamp(stamp, digest)
}
