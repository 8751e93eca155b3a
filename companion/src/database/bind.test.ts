import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../testing/temp-folder.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { openBinding } from './bind.ts'

const taken = new Set(['text', 'whole', 'fraction', 'bytes', 'buffer', 'null'])

/** Bundles a source file, so that plain Node can run it, and runs it. */
const runSource = async (source: URL): Promise<{ signal: string | null; lines: string[]; stderr: string }> => {
  const outDir = tempFolder()
  const driver = createRequire(import.meta.url).resolve('libsql')
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { libsql: driver } },
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(source),
      outDir,
      rolldownOptions: { external: [driver], output: { entryFileNames: 'run.mjs' } },
    },
  })
  const { signal, stdout, stderr } = spawnSync(process.execPath, [join(outDir, 'run.mjs')], { encoding: 'utf8' })
  return { signal, stderr, lines: stdout.trim().split('\n') }
}

describe('openBinding', () => {
  it('takes or refuses a value of every type, and never brings the process down', async () => {
    const { signal, lines, stderr } = await runSource(new URL('../testing/every-type.ts', import.meta.url))
    expect({ signal, stderr }).toEqual({ signal: null, stderr: '' })
    expect(lines.length).toBeGreaterThan(70)
    for (const line of lines) {
      const [type = '', way] = line.split(' ')
      expect(line).toBe(`${type} ${way} ${way !== 'alone' && taken.has(type) ? 'taken' : 'refused'}`)
    }
  })

  it('gives back what was stored', () => {
    const binding = openBinding(':memory:')
    binding.execute('create table t (a any, b blob) strict')
    const values = ['ada', '', 7, -3, 1.5, 2 ** 53 - 1, null, 'Ж送😀']
    for (const value of values) {
      binding.change('delete from t', [])
      binding.change('insert into t values (?, ?)', [value, new Uint8Array([1, 2, 3, 4]).subarray(1, 3)])
      expect(binding.query('select * from t', [])).toEqual([{ a: value, b: new Uint8Array([2, 3]) }])
    }
    binding.change('insert into t values (?, ?)', [7, new Uint8Array()])
    expect(binding.query('select typeof(a) as a, length(b) as b from t where length(b) = 0', [])).toEqual([
      { a: 'integer', b: 0 },
    ])
  })

  it('wants as many parameters as the statement has, and none by name', () => {
    const binding = openBinding(':memory:')
    expect(() => binding.query('select ? as a, ? as b', ['one'])).toThrow(TypeError)
    expect(() => binding.query('select ? as a', ['one', 'two'])).toThrow(TypeError)
    expect(() => binding.query('select :a as a', ['one'])).toThrow(TypeError)
    expect(() => binding.query('select ?1 as a', ['one'])).toThrow(TypeError)
    expect(binding.query("select '?:a' as a, ? as b", ['one'])).toEqual([{ a: '?:a', b: 'one' }])
  })

  it('answers nothing after it was closed', () => {
    const binding = openBinding(':memory:')
    binding.close()
    expect(() => binding.query('select 1 as a', [])).toThrow('The database is closed.')
    expect(() => binding.execute('select 1')).toThrow('The database is closed.')
  })

  it('names no value in an error', () => {
    const binding = openBinding(':memory:')
    binding.execute('create table t (a text unique) strict')
    const canary = 'canary-5d1f'
    binding.change('insert into t values (?)', [canary])
    const error = thrownBy(() => binding.change('insert into t values (?)', [canary]))
    expect(`${String(error)} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(canary)
  })
})
