import { z } from 'zod'
import type { Chance } from '../support/chance.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const json: z.ZodType<Json> = z.json()
/** What JSON makes of it. */
export const jsonOf = (value: unknown): Json => json.parse(JSON.parse(JSON.stringify(value)))

/** Values that a parser, a schema, a digest or a database may stumble over, as they are spelled. */
const oddities: readonly [string, ...string[]] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e999',
  '-1e999',
  '1e-999',
  '9007199254740993',
  '""',
  '" "',
  '"\\u0000"',
  String.raw`"\ud800"`,
  String.raw`"\udc00\ud800"`,
  '"\u202Egnp.exe"',
  '"__proto__"',
  '"constructor"',
  '"2026-13-45T99:99:99Z"',
  '"../../../../etc/passwd"',
  '"\' or 1=1; --"',
  '[]',
  '{}',
  '[null]',
  '[[[[[[[[]]]]]]]]',
  '{"__proto__":{"paired":true}}',
  '{"toString":1,"valueOf":2,"toJSON":3,"then":4}',
  '{"constructor":{"prototype":{"paired":true}}}',
]

/** The same value with one thing wrong in it, as text: something is missing, added, doubled, or something else than it was. */
export function spoiltJson(value: Json, chance: Chance): string {
  const at = pathIn(value, chance)
  const how = chance.one<How>(['replace', 'replace', 'remove', 'add', 'double', 'wrap', 'long'])
  return spelled(value, at, (inside) => hurt(inside, how, chance))
}

type How = 'replace' | 'remove' | 'add' | 'double' | 'wrap' | 'long'

/** Undefined removes it. */
function hurt(inside: Json, how: How, chance: Chance): string | undefined {
  const text = JSON.stringify(inside)
  if (how === 'remove') return undefined
  if (how === 'wrap') return chance.one([`[${text}]`, `{"value":${text}}`, JSON.stringify(text)])
  if (how === 'long') return longOne(chance)
  if (how === 'replace' || typeof inside !== 'object' || inside === null) return chance.one(oddities)
  const [first] = Array.isArray(inside) ? ['['] : ['{']
  const entry =
    first === '[' ? chance.one(oddities) : `${chance.one(['"__proto__"', '"extra"', '""'])}:${chance.one(oddities)}`
  const doubled = how === 'double' ? text.slice(1, -1) : entry
  const rest = text.slice(1)
  return doubled === '' || rest.length === 1
    ? `${text.slice(0, 1)}${entry}${rest}`
    : `${text.slice(0, 1)}${doubled},${rest}`
}

function longOne(chance: Chance): string {
  const length = chance.one([100, 3_000, 70_000])
  return chance.one([
    `"${'a'.repeat(length)}"`,
    `"${String.raw`\u0000`.repeat(length)}"`,
    `[${Array(length).fill('1').join(',')}]`,
    `[${Array(length).fill('{}').join(',')}]`,
    `${'['.repeat(length)}${']'.repeat(length)}`,
    `{${Array.from({ length: Math.min(length, 3_000) }, (_, index) => `"key ${index}":${index}`).join(',')}}`,
    '9'.repeat(length),
  ])
}

type Path = readonly (string | number)[]

/** Anywhere in it; the whole, too, but seldom. */
function pathIn(value: Json, chance: Chance): Path {
  const paths = pathsOf(value)
  return paths[chance.whole(0, paths.length - 1)] ?? []
}

function pathsOf(value: Json): Path[] {
  const below = childrenOf(value).flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]))
  return [[], ...below]
}

function spelled(value: Json, path: Path, spoil: (inside: Json) => string | undefined): string {
  return spelledOrGone(value, path, spoil) ?? 'null'
}

function spelledOrGone(
  value: Json,
  [key, ...rest]: Path,
  spoil: (inside: Json) => string | undefined,
): string | undefined {
  if (key === undefined) return spoil(value)
  const parts = childrenOf(value).flatMap(([each, child]) => {
    const text = each === key ? spelledOrGone(child, rest, spoil) : JSON.stringify(child)
    if (text === undefined) return []
    return typeof each === 'number' ? [text] : [`${JSON.stringify(each)}:${text}`]
  })
  return Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
}

function childrenOf(value: Json): readonly (readonly [string | number, Json])[] {
  if (Array.isArray(value)) return value.map((child: Json, index) => [index, child] as const)
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
