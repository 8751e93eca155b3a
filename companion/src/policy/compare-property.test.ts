import type { Decision, Limit } from '@countersign/shared/policy/decision'
import { type Condition, type PolicyFile, policyFile } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promptSeconds } from '../approvals/patience.ts'
import { arbitraryCall, arbitraryCondition, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { compare } from './compare.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate, type PolicyCall } from './evaluate.ts'

const rank = { deny: 0, ask: 1, allow: 2 } as const
const patience = (decision: Decision) => (decision.kind === 'ask' ? (decision.timeout ?? promptSeconds) : Infinity)
const limitsOf = (decision: Decision) => (decision.kind === 'deny' ? [] : decision.limits)
const isSame = (a: Limit, b: Limit) => a.counter === b.counter && a.scope === b.scope && a.window === b.window

/** Whether one lets through what the other does not. With the same counts, a call that passes the one's limits passes the other's. */
const isWider = (one: Decision, other: Decision): boolean => {
  if (one.kind === 'deny') return false
  return (
    rank[one.kind] > rank[other.kind] ||
    (one.kind === other.kind && patience(one) > patience(other)) ||
    !limitsOf(other).every((limit) => limitsOf(one).some((mine) => isSame(mine, limit) && mine.max <= limit.max))
  )
}
const widerCall = (before: PolicyFile, after: PolicyFile, calls: readonly PolicyCall[]): PolicyCall | undefined => {
  const [was, is] = [compilePolicy(before), compilePolicy(after)]
  return calls.find((call) => isWider(evaluate(is, call), evaluate(was, call)))
}

const calls = fc.array(arbitraryCall, { minLength: 10, maxLength: 10 })
const key = fc.constantFrom('deny', 'hide', 'deny_if', 'require', 'max', 'approval')

/** The file with one thing of the kinds that close, if there is an entry for it. */
const closed = (file: PolicyFile, what: string, at: number, condition: Condition): PolicyFile => {
  const copy = structuredClone(file)
  const entries = Object.entries(copy.tools ?? {})
  const [name, rules] = entries[at % Math.max(1, entries.length)] ?? []
  const hide = [...(typeof copy.hide === 'string' ? [copy.hide] : (copy.hide ?? [])), 'search_jobs']
  if (what === 'hide') return { ...copy, hide }
  if (rules === undefined) return copy
  const ownLimits = Object.values(copy.tools ?? {}).flatMap(({ limits = [] }) => limits)
  const limits = [...ownLimits, ...(copy.all_tools?.limits ?? [])]
  const limit = limits[at % Math.max(1, limits.length)]
  // Without rules of its own the entry is under those of "*", which a first one of its own would take away.
  const isOwn = name === '*' || copy.tools?.['*'] === undefined || rules.action !== undefined
  if (what === 'max' && limit !== undefined) limit.max = Math.max(1, limit.max - 1)
  if (what === 'deny') rules.action = 'deny'
  if (what === 'approval' && isOwn && !rules.require_approval) rules.require_approval = true
  if (what === 'deny_if' && isOwn) rules.deny_if = [...(rules.deny_if ?? []), { conditions: [condition] }]
  if (what === 'require' && isOwn) rules.require = ['args.b', ...(rules.require ?? [])]
  return policyFile.parse(copy)
}
const hasBothTwins = ({ tools = {} }: PolicyFile) =>
  tools['save_session'] !== undefined && tools['manual_login'] !== undefined

describe('a change that only closes', () => {
  it('is found to, and lets through nothing that did not pass before', () => {
    let found = 0
    fc.assert(
      fc.property(
        arbitraryPolicy,
        fc.array(fc.tuple(key, fc.nat(9), arbitraryCondition), { maxLength: 3 }),
        calls,
        (file, steps, sample) => {
          const proposed = steps.reduce((current, [what, at, condition]) => closed(current, what, at, condition), file)
          const { opens, closes } = compare(file, proposed)
          if (closes.length > 0 && opens.length === 0) found += 1
          // A twin's approval, or one that a tool had from the rest, may be the one with another time, and that opens.
          expect(hasBothTwins(file) || steps.length > 1 ? [] : opens).toEqual([])
          expect(opens.length > 0 ? undefined : widerCall(file, proposed, sample)).toBeUndefined()
        },
      ),
      { numRuns: 3000 },
    )
    expect(found).toBeGreaterThan(1000)
  })
})

describe('any two policies', () => {
  it('where nothing opens, nothing passes that did not pass before', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, calls, (before, other, sample) => {
        for (const after of [
          other,
          { ...before, tools: other.tools },
          { ...before, hide: other.hide },
          { ...other, tools: before.tools },
        ]) {
          const proposed = policyFile.parse(after)
          const { opens } = compare(before, proposed)
          expect(opens.length > 0 ? undefined : widerCall(before, proposed, sample)).toBeUndefined()
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('nor where one thing in one entry is another, or gone', () => {
    let found = 0
    const keys = ['action', 'require', 'deny_if', 'limits', 'rate_limit', 'require_approval'] as const
    fc.assert(
      fc.property(
        arbitraryPolicy,
        arbitraryPolicy,
        fc.nat(3),
        fc.constantFrom(...keys),
        calls,
        (before, other, at, key, sample) => {
          const tools = structuredClone(before.tools ?? {})
          const [name = 'search_jobs', entry] = Object.entries(tools)[at] ?? []
          const theirs = Object.values(other.tools ?? {}).find((rules) => rules[key] !== undefined)?.[key]
          const proposed = policyFile.parse({
            ...before,
            tools: { ...tools, [name]: { ...entry, [key]: theirs } },
          })
          const { opens } = compare(before, proposed)
          if (opens.length === 0) found += 1
          expect(opens.length > 0 ? undefined : widerCall(before, proposed, sample)).toBeUndefined()
        },
      ),
      { numRuns: 5000 },
    )
    expect(found).toBeGreaterThan(500)
  })

  it('where nothing changes, every call is decided alike', () => {
    fc.assert(
      fc.property(arbitraryPolicy, calls, (file, sample) => {
        const { version, default: byDefault, tools = {}, ...rest } = file
        const reversed = Object.fromEntries(
          Object.entries(tools)
            .toReversed()
            .map(([name, rules]) => [name, { ...rules, require: rules.require?.toReversed() }]),
        )
        const proposed = policyFile.parse({ ...rest, tools: reversed, default: byDefault, version })
        expect(compare(file, proposed)).toEqual({ closes: [], opens: [] })
        expect(widerCall(file, proposed, sample) ?? widerCall(proposed, file, sample)).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
  })

  it('are compared into sentences of one line, each once', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, (before, after) => {
        const { closes, opens } = compare(before, after)
        for (const line of [...closes, ...opens]) expect(line).toMatch(/^\S.*[^ ]\.$/)
        expect([new Set(closes).size, new Set(opens).size]).toEqual([closes.length, opens.length])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a file that somebody damaged', () => {
  const scrap = fc.constantFrom('', '"', '}', '{', ',', ':', ' ', '0', '-', '*', '[]', 'null', '\u0000', 'é')
  const cut = fc.record({
    at: fc.nat(),
    length: fc.nat(12),
    put: fc.oneof(scrap, fc.string({ maxLength: 3 })),
    twice: fc.boolean(),
  })
  const damaged = (
    text: string,
    { at, length, put, twice }: { at: number; length: number; put: string; twice: boolean },
  ) => {
    const start = at % (text.length + 1)
    return text.slice(0, start) + put + text.slice(twice ? Math.max(0, start - length) : start + length)
  }
  const tokens = /"[^"]*"|\d+|true|false/g
  /** One word of the text is put in the place of another. */
  const swapped = (text: string, [from, to]: [number, number]) => {
    const found = [...text.matchAll(tokens)]
    const [one, other] = [found[from % found.length], found[to % found.length]]
    if (one === undefined || other === undefined) return text
    return text.slice(0, other.index) + one[0] + text.slice(other.index + other[0].length)
  }

  it('is read or refused, 10,000 times, and never lets more through before she has said so', () => {
    const seen = { invalid: 0, waits: 0, atOnce: 0 }
    const damage = fc.oneof(
      fc.array(cut, { maxLength: 4 }).map((cuts) => (text: string) => cuts.reduce(damaged, text)),
      fc.tuple(fc.nat(), fc.nat()).map((swap) => (text: string) => swapped(text, swap)),
    )
    fc.assert(
      fc.property(arbitraryPolicy, fc.constantFrom(undefined, 2), damage, calls, (inForce, indent, hurt, sample) => {
        const text = hurt(JSON.stringify(inForce, null, indent))
        const read = readPolicy(text)
        if (read.kind === 'invalid') seen.invalid += 1
        expect('file' in read).toBe(read.kind === 'policy')
        const proposed = read.kind === 'policy' ? read.file : inForce
        const waits = compare(inForce, proposed).opens.length > 0
        if (read.kind === 'policy') seen[waits ? 'waits' : 'atOnce'] += 1
        expect(widerCall(inForce, waits ? inForce : proposed, sample)).toBeUndefined()
      }),
      { numRuns: 10_000 },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100)
  })
})
