import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluate } from '../policy/evaluate.ts'

// node scripts/run-typescript.mjs companion/src/testing/time-policy.ts ROUNDS
// Prints a JSON line for each kind of policy, with the microseconds that its decision of one call took: the mean of each round.

const [, , rounds = ''] = process.argv

/** A proposal to a client, as an agent would send it. */
const args = {
  job: '~021234567890123456',
  bid_rate: 55,
  cover_letter: 'I have built such a thing twice, and would begin with the part that you worry about. '.repeat(4),
  terms: { hours: 20, milestones: ['first draft', 'final'], rate: 55 },
}

/** The kinds of rules that people write, none of which this call breaks, so that all of them are looked at. */
const comparisons = (index: number): object[] => [
  { path: 'args.bid_rate', op: 'lt', value: index / 100 },
  { path: 'args.job', op: 'eq', value: `~02${index}` },
  { path: 'args.job', op: 'in', value: [`~03${index}`, `~04${index}`, `~05${index}`] },
  { path: 'args.terms.rate', op: 'gt', value: 100 + index },
  { path: 'args.terms.milestones', op: 'contains', value: `draft ${index}` },
  { path: `args.extra_${index}`, op: 'exists', value: true },
  { path: 'args.cover_letter', op: 'contains', value: `offer ${index}` },
]
const denial = (index: number) => ({ conditions: [comparisons(index)[index % comparisons(index).length]] })
const pattern = (index: number) => ({
  conditions: [{ path: 'args.cover_letter', op: 'regex', value: `(?i)whatsapp ?${index}` }],
})
const listOf = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))

const spread = (count: number): object =>
  Object.fromEntries(listOf(count, (index) => [`tool_${index}`, { deny_if: [denial(index)] }]))
// Each `contains` goes through the letter, and each pattern does so character by character.
const kinds: Readonly<Record<string, { readonly tool: string; readonly tools: object }>> = {
  spread1: { tool: 'tool_0', tools: spread(1) },
  spread100: { tool: 'tool_99', tools: spread(100) },
  spread1000: { tool: 'tool_999', tools: spread(1000) },
  one1: { tool: 'bid', tools: { bid: { deny_if: listOf(1, denial) } } },
  one100: { tool: 'bid', tools: { bid: { deny_if: listOf(100, denial) } } },
  one1000: { tool: 'bid', tools: { bid: { deny_if: listOf(1000, denial) } } },
  patterns1: { tool: 'bid', tools: { bid: { deny_if: listOf(1, pattern) } } },
  patterns10: { tool: 'bid', tools: { bid: { deny_if: listOf(10, pattern) } } },
}

const fileOf = (tools: object): PolicyFile => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return read.file
}

const sides = Object.entries(kinds).map(([kind, { tool, tools }]) => {
  const policy = compilePolicy(fileOf(tools))
  const samples: number[] = []
  return { kind, samples, decide: () => evaluate(policy, { tool, args }).kind }
})
const each = 50
const warmUps = 20
for (let round = -warmUps; round < Number(rounds); round += 1) {
  for (const { kind, samples, decide } of sides) {
    const began = performance.now()
    for (let time = 0; time < each; time += 1) if (decide() !== 'allow') throw new Error(`${kind} was to allow it.`)
    const took = performance.now() - began
    if (round >= 0) samples.push((took * 1000) / each)
  }
}
process.stdout.write(`${JSON.stringify(Object.fromEntries(sides.map(({ kind, samples }) => [kind, samples])))}\n`)
