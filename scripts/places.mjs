import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

export const packages = ['shared', 'companion', 'extension', 'test']

/**
 * The JavaScript file behind a tool's command. Started with our own node it needs no shell and no `.cmd`, so it works
 * alike on every platform and in a path with spaces.
 */
export function toolFile(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}
