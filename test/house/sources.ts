import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { root } from '../support/places.ts'

/** A source file of this repository, as the house rules look at it. Paths are the repository's own, with slashes. */
export type Source = {
  readonly path: string
  readonly text: string
  /** The text without comments, so that a rule may be explained where it holds. */
  readonly code: string
  /** What it imports: a package's name with its path, or for a relative import the path in the repository. */
  readonly imports: readonly string[]
}

const folders = ['shared', 'companion', 'extension', 'test', 'scripts']
const skipped = new Set(['node_modules', 'dist', 'pictures'])

export function readSources(): Source[] {
  return folders.flatMap(filesBelow).map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const code = withoutComments(text)
    return { path, text, code, imports: importsOf(code).map((name) => resolve(path, name)) }
  })
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`.replaceAll(sep, '/')
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(path)
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : []
  })
}

const stringOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

export function withoutComments(text: string): string {
  return text.replace(stringOrComment, (found) => (found.startsWith('/') ? '' : found))
}

export function importsOf(code: string): string[] {
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\(\s*)(['"])([^'"\n]+)\1/g)
  return [...found].map((match) => match[2] ?? '')
}

function resolve(from: string, name: string): string {
  return name.startsWith('.') ? posix.join(posix.dirname(from), name) : name
}
