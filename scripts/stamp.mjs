// A stamp remembers from what something was made, so that it is made again only when that has changed.
// Contents are compared, never times: a checkout, a copy and an unpacked archive all change those.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './places.mjs'

const skipped = new Set(['node_modules', 'dist'])

/** @param {string[]} paths files and folders; tests in them do not count */
export function digestOf(paths) {
  const hash = createHash('sha256').update(process.version)
  for (const file of paths.flatMap(filesBelow).toSorted()) {
    const content = readFileSync(file)
    hash.update(`\n${relative(root, file)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} stamp
 * @param {string} digest
 */
export function isStamped(stamp, digest) {
  try {
    return readFileSync(stamp, 'utf8') === digest
  } catch {
    return false
  }
}

/**
 * @param {string} stamp
 * @param {string} digest
 */
export function writeStamp(stamp, digest) {
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

/** @param {string} stamp */
export function removeStamp(stamp) {
  rmSync(stamp, { force: true })
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (entry === undefined) return []
  if (entry.isFile()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  return readdirSync(path)
    .filter((name) => !skipped.has(name))
    .flatMap((name) => filesBelow(join(path, name)))
}
