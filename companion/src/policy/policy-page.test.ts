import { existsSync, readFileSync } from 'node:fs'
import { knownKeys } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { describe, expect, test } from 'vitest'
import { newlyWithoutAsking, stillAsking } from './without-asking.ts'
import { shippedDefault } from './shipped-default.ts'

// What docs/policy.md shows as right is right, and what it shows as wrong is wrong in just the way that it says.

const inRoot = (path: string) => new URL(`../../../${path}`, import.meta.url)
const page = readFileSync(inRoot('docs/policy.md'), 'utf8')
const problemsOf = (text: string): string[] => {
  const read = readPolicy(text)
  return read.kind === 'policy' ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
}
const examples = [...page.matchAll(/^```json\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(
  ([, text = '', wrong]) => [text, wrong?.trim().split('\n') ?? []] as const,
)
/** A key and its value, as they stand in the first table: in the file itself, or else among the tools. */
const fragments = [...page.slice(0, page.indexOf('```')).matchAll(/\| `("(\w+)": .*)` \|$/gm)].map(
  ([, text = '', key = '']) => [key, text] as const,
)
const isOfFile = (key: string) => knownKeys.file.includes(key)

describe('the page on policy.json', () => {
  test('has examples of both kinds', () => {
    expect(examples.filter(([, wrong]) => wrong.length === 0).length).toBeGreaterThan(3)
    expect(examples.filter(([, wrong]) => wrong.length > 0).length).toBeGreaterThan(0)
    expect(page.match(/^```json/gm)).toHaveLength(examples.length)
    expect(fragments.length).toBeGreaterThan(8)
    expect(page.slice(0, page.indexOf('```')).match(/\| `"/g)).toHaveLength(fragments.length)
  })

  test.each(examples)('example %#', (text, wrong) => {
    expect(problemsOf(text)).toEqual(wrong)
  })

  test.each(fragments)('in one line, example %#: %s', (key, text) => {
    const inside = isOfFile(key) ? text : `"tools": {${text}}`
    const version = key === 'version' ? '' : '"version": "1", '
    const byDefault = key === 'default' ? '' : '"default": "deny", '
    expect(problemsOf(`{${version}${byDefault}${inside}}`)).toEqual([])
  })

  test('names every key and operator that there is, and the schema where it lies', () => {
    const operators = ['eq', 'neq', 'in', 'not_in', 'lt', 'lte', 'gt', 'gte', 'regex', 'contains', 'exists']
    const unsaid = [...knownKeys.file, ...knownKeys.tool, ...knownKeys.limit, ...knownKeys.denial, ...operators]
    expect(unsaid.filter((word) => !page.includes(`\`${word}\``))).toEqual([])
    expect(existsSync(inRoot('shared/policy.schema.json'))).toBe(true)
  })

  test('shows what is in force at first, and what the snippet from elsewhere would change', () => {
    const [, shipped, snippet] = examples.map(([text]) => text)
    expect(JSON.parse(shipped ?? '')).toEqual(shippedDefault)
    const read = readPolicy(snippet ?? '')
    if (read.kind === 'invalid') throw new Error('It is in order')
    const tools = newlyWithoutAsking(shippedDefault, read.file, ['save_session'])
    expect(tools).toEqual(['save_session'])
    const { save_session: rules } = read.file.tools ?? {}
    const asking: unknown = JSON.parse(stillAsking(snippet ?? '', tools) ?? '')
    expect(asking).toEqual({ ...read.file, tools: { save_session: { ...rules, require_approval: true } } })
  })
})
