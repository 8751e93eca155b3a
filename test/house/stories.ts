import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { parseAst } from 'vite'
import { root } from '../support/places.ts'

/** A `describe` or `test` of a story file, by its title and those around it: `who asks > is cut off within a second`. */
export type Story = {
  readonly title: string
  /** Whether it is a `test`, which is what runs. */
  readonly runs: boolean
}
export type StoryFile = {
  /** The file's name without `.test.ts`, as a promise cites it. */
  readonly file: string
  readonly stories: readonly Story[]
  /** The lines whose title is made up as the file runs, so that nobody could cite it. */
  readonly nameless: readonly number[]
}

const folders = ['test/scenarios']
const ending = '.test.ts'

export function readStoryFiles(): readonly StoryFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .map((name) =>
        storiesIn(name.slice(0, -ending.length).replaceAll(sep, '/'), readFileSync(join(root, folder, name), 'utf8')),
      ),
  )
}

/** All stories of a file, wherever in it they are; the title is the source's own, so that of `test.each` has its `%s`. */
export function storiesIn(file: string, code: string): StoryFile {
  const stories: Story[] = []
  const nameless: number[] = []
  const visit = (node: unknown, above: readonly string[]): void => {
    if (Array.isArray(node)) return node.forEach((each) => visit(each, above))
    if (typeof node !== 'object' || node === null) return
    const kind = kindOf(node)
    if (kind === undefined) return Object.values(node).forEach((each) => visit(each, above))
    const [first, ...rest] = listOf(node, 'arguments')
    const title = textOf(first)
    if (title === undefined) nameless.push(code.slice(0, Number(part(node, 'start'))).split('\n').length)
    const path = [...above, title ?? '?']
    stories.push({ title: path.join(' > '), runs: kind === 'test' })
    if (kind === 'describe') visit(rest, path)
  }
  visit(parseAst(code, { lang: 'ts' }), [])
  return { file, stories, nameless }
}

/** Whether this is the call that makes a `describe` or a `test`, also one behind `.each(…)`, `.skipIf(…)` or `.only`. */
function kindOf(node: object): 'describe' | 'test' | undefined {
  if (part(node, 'type') !== 'CallExpression') return undefined
  let callee = part(node, 'callee')
  while (typeof callee === 'object' && callee !== null && part(callee, 'type') !== 'Identifier') {
    callee = part(callee, 'object') ?? part(callee, 'callee') ?? part(callee, 'tag')
  }
  const name = typeof callee === 'object' && callee !== null ? part(callee, 'name') : undefined
  if (name === 'it') return 'test'
  return name === 'describe' || name === 'test' ? name : undefined
}

/** What a title says that is written as plain text. */
function textOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const value = part(node, 'value')
  if (typeof value === 'string') return value
  const [only, ...more] = listOf(node, 'quasis')
  if (typeof only !== 'object' || only === null || more.length > 0) return undefined
  const cooked = part(only, 'value')
  const text = typeof cooked === 'object' && cooked !== null ? part(cooked, 'cooked') : undefined
  return typeof text === 'string' ? text : undefined
}

function part(node: object, name: string): unknown {
  return Reflect.get(node, name)
}

function listOf(node: object, name: string): readonly unknown[] {
  const list = part(node, name)
  return Array.isArray(list) ? list : []
}
