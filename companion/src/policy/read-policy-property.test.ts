import { isDeepStrictEqual } from 'node:util'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryCall, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { compare } from './compare.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'

describe('what is read', () => {
  /** Words and numbers of which one may stand where another does. */
  const kinds = [
    ['"allow"', '"deny"', '"ask"', '"require_approval"'],
    ['"minute"', '"hour"', '"day"'],
    ['"grant"', '"agent_session"', '"global"'],
    ['"eq"', '"neq"', '"contains"'],
    ['"lt"', '"lte"', '"gt"', '"gte"'],
    ['"args.a"', '"args.b"', '"args.a.c"'],
    ['true', 'false'],
    ['1', '2', '3', '10', '40', '1e2'],
  ]
  const scrap = fc.oneof(
    fc.constantFrom('null', '[]', '{}', '0', '"*"', '"30s"'),
    fc.string({ unit: 'binary', maxLength: 3 }).map((text) => JSON.stringify(text)),
  )
  const change = fc.record({
    at: fc.nat(),
    which: fc.nat(),
    scrap: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: scrap }),
  })
  const token = /"(?:[^"\\]|\\.)*"(?<key>:)?|\d+|true|false|null/g
  /** Some values of the text are others. */
  const changed = (text: string, changes: readonly { at: number; which: number; scrap: string | null }[]) =>
    changes.reduce((current, { at, which, scrap }) => {
      const all = [...current.matchAll(token)].filter(({ groups }) => groups?.['key'] === undefined)
      const one = all[at % all.length]
      const kind = kinds.find((words) => words.includes(one?.[0] ?? ''))
      const put = scrap ?? kind?.[which % kind.length]
      if (one === undefined || put === undefined) return current
      return current.slice(0, one.index) + put + current.slice(one.index + one[0].length)
    }, text)

  it('means the same when it is written anew, 10,000 times, whatever was done to the text before', () => {
    const seen = { policy: 0, other: 0, invalid: 0 }
    const changes = fc.array(change, { maxLength: 3 })
    const calls = fc.array(arbitraryCall, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(arbitraryPolicy, changes, calls, (file, some, sample) => {
        const text = JSON.stringify(file)
        const read = readPolicy(changed(text, some))
        seen[read.kind] += 1
        const problems = read.kind === 'invalid' ? read.problems.length : 0
        expect(problems > 0).toBe(read.kind === 'invalid')
        if (read.kind === 'invalid') return
        const again = readPolicy(JSON.stringify(read.file))
        expect(again).toEqual(read)
        expect(compare(read.file, again.kind === 'policy' ? again.file : file)).toEqual({ closes: [], opens: [] })
        if (!isDeepStrictEqual(read.file, file)) seen.other += 1
        const [one, other] = [read, again].map((each) => compilePolicy(each.kind === 'policy' ? each.file : file))
        for (const call of sample) {
          expect(other && evaluate(other, call)).toEqual(one && evaluate(one, call))
        }
      }),
      { numRuns: 10_000 },
    )
    expect(seen.other).toBeLessThan(seen.policy)
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1000)
  })
})

describe('a file that is as large as it may be', () => {
  const size = 256 * 1024
  const begin = '{"version":"1","default":"deny",'
  /** As many different ones as there is room for. */
  const crammed = (head: string, one: (at: string) => string, tail: string) => {
    const count = Math.floor((size - head.length - tail.length) / (one('00000').length + 1))
    return head + Array.from({ length: count }, (_, at) => one(String(at).padStart(5, '0'))).join(',') + tail
  }
  const pattern = (value: string) => `{"conditions":[{"path":"args.a","op":"regex","value":"${value}"}]}`
  const denials = `${begin}"tools":{"x":{"deny_if":[`
  it.each([
    ['lists in lists', '['.repeat(size / 2) + ']'.repeat(size / 2)],
    ['objects in objects', `${'{"a":'.repeat(size / 6 - 1)}1${'}'.repeat(size / 6 - 1)}`],
    ['brackets that nothing closes', '['.repeat(size)],
    ['keys that nobody knows', crammed(begin, (at) => `"k${at}":1`, '}')],
    ['one key of all its length', `${begin}"${'a'.repeat(size - 100)}":1}`],
    ['the same key', crammed(`${begin}"tools":{`, () => '"t":{}', '}}')],
    ['tools with a mistake each', crammed(`${begin}"tools":{`, (at) => `"t${at}":{"x":1}`, '}}')],
    ['windows that are nearly right', crammed(`${begin}"tools":{`, (at) => `"t${at}":{"rate_limit":"1/minutx"}`, '}}')],
    ['numbers for names', crammed(`${begin}"hide":[`, (at) => `1${at}`, ']}')],
    ['characters that are not shown', `${begin}"${'\\u0000'.repeat(size / 6 - 20)}":1}`],
    ['patterns that count', crammed(denials, (at) => pattern(`a{1000}${at}`), ']}}}')],
    ['patterns that count within what counts', crammed(denials, (at) => pattern(`((a{1,9}){1,9}){1,9}${at}`), ']}}}')],
    ['a few patterns of all their length', crammed(denials, () => pattern('a{1000}'.repeat(140)), ']}}}')],
    ['patterns that are wrong', crammed(denials, (at) => pattern(`(${at}`), ']}}}')],
  ])('is refused within seconds: %s', { timeout: 60_000 }, (_, text) => {
    expect(text.length).toBeGreaterThan(size * 0.98)
    expect(text.length).toBeLessThanOrEqual(size)
    const began = process.cpuUsage()
    expect(readPolicy(text).kind).toBe('invalid')
    const { user, system } = process.cpuUsage(began)
    // Where that was measured, half a second at most. A pattern that was compiled takes ten, or hundreds.
    expect((user + system) / 1e6).toBeLessThan(5)
  })

  it.each([
    ['tools', crammed(`${begin}"tools":{`, (at) => `"t${at}":{}`, '}}')],
    ['patterns', crammed(denials, (at) => pattern(`^x${at}`), ']}}}')],
  ])('is read and ready within seconds: %s', { timeout: 60_000 }, (_, text) => {
    const began = process.cpuUsage()
    const read = readPolicy(text)
    if (read.kind === 'policy') compilePolicy(read.file)
    const { user, system } = process.cpuUsage(began)
    expect(read.kind).toBe('policy')
    expect((user + system) / 1e6).toBeLessThan(5)
  })
})
