import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Not a package of the workspace: only `npm run bench` needs what it names. */
export const peers = join(root, 'test/bench/peers')

export const packages = ['shared', 'companion', 'extension', 'test']

/**
 * The JavaScript file behind each tool. Started with our own node it needs no shell and no `.cmd`, so it works alike on
 * every platform and in a path with spaces.
 */
export const tools = {
  knip: join(root, 'node_modules/knip/bin/knip.js'),
  oxfmt: join(root, 'node_modules/oxfmt/bin/oxfmt'),
  oxlint: join(root, 'node_modules/oxlint/bin/oxlint'),
  tsc: join(root, 'node_modules/typescript/bin/tsc'),
  vite: join(root, 'node_modules/vite/bin/vite.js'),
  vitest: join(root, 'node_modules/vitest/vitest.mjs'),
}
