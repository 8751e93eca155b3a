import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCompanion } from '../support/companion.ts'
import { builtCli } from '../support/places.ts'

// `countersign mcp` is what an agent's client waits for at each of its starts, so there is nothing in it to wait for.

const imported = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g

/** All that comes along with this file, by name: packages and `node:` modules. */
async function loadedWith(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const text = await readFile(file, 'utf8')
  const names = new Set<string>()
  for (const [, name = ''] of text.matchAll(imported)) {
    const more = name.startsWith('.') ? await loadedWith(join(dirname(file), name), seen) : [name]
    for (const one of more) names.add(one)
  }
  return names
}

describe('the relay', () => {
  test('brings nothing along but node: modules', async () => {
    const cli = await readFile(builtCli, 'utf8')
    // What it imports by `import()` is loaded for other commands.
    const first = [...cli.matchAll(/(?:\bfrom|\bimport)\s*["']([^"']+)["']/g)].map(([, name = '']) => name)
    expect(first.filter((name) => name.startsWith('./chunks/mcp-'))).toHaveLength(1)
    const names = new Set<string>()
    for (const name of first) {
      const more = name.startsWith('.') ? await loadedWith(join(dirname(builtCli), name)) : [name]
      for (const one of more) names.add(one)
    }
    expect([...names].filter((name) => !name.startsWith('node:'))).toEqual([])
    expect(names.size).toBeGreaterThan(3)
  })

  test.each([
    ['no token', {}, []],
    ['a token that is nobody’s', { COUNTERSIGN_TOKEN: 'csg_nobody' }, []],
    ['a label that no agent has', {}, ['--agent', 'nobody']],
  ])('ends with 1 and a line on stderr, before it says a word, with %s', async (_, env, args) => {
    await using companion = await createCompanion()
    const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`
    const { code, stdout, stderr } = await companion.run(['mcp', ...args], { env, input })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^[^\n]*countersign agents add[^\n]*\n$/)
  })
})
