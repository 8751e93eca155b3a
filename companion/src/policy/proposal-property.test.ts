import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitraryCall, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { chanceFrom } from '../testing/chance.ts'
import { memoryProposedFile } from '../testing/memory-proposed-file.ts'
import { proposalHouse } from '../testing/proposal-house.ts'
import { policyIn } from '../testing/accepted-house.ts'
import { sha256 } from '../ledger/sha256.ts'
import { fakeBrowser, fakeBrowsers } from '../testing/fake-browser.ts'
import type { AcceptedPolicies, HeldPolicy } from './accepted.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluate } from './evaluate.ts'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { createProposals } from './proposal.ts'
import type { Proposed } from './proposed-file.ts'

const seed = 20_261_124
const calls = fc.sample(arbitraryCall, { numRuns: 60, seed })
const freedom = { deny: 0, ask: 1, allow: 2 } as const
const freedomsOf = (file: PolicyFile): readonly number[] => {
  const policy = compilePolicy(file)
  return calls.map((call) => freedom[evaluate(policy, call).kind])
}
/** Whether any call passes that did not, or unasked that was asked. */
const opens = (before: PolicyFile, after: PolicyFile): boolean => {
  const was = freedomsOf(before)
  return freedomsOf(after).some((now, index) => now > (was[index] ?? 0))
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), file: arbitraryPolicy }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('spoil' as const),
      text: fc.constantFrom('', '{', '[]', '{"version":"1"}'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'remove' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('approve' as const, 'deny' as const, 'keep asking' as const) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'connect' as const) }) },
)

it('opens nothing without an approval of that very text, whatever is proposed, answered and restarted', async () => {
  let approvals = 0
  const refused: unknown[] = []
  const run = fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
    const house = await proposalHouse()
    const { broker, browser, browsers, faults, file, pause, settle, time } = house
    let { policies, proposals } = await house.start()
    for (const next of steps) {
      const before = policies.inForce()
      let approved: string | undefined
      if (next.do === 'write') file.become(JSON.stringify(next.file))
      else if (next.do === 'spoil') file.become(next.text)
      else if (next.do === 'remove') file.become({ kind: 'absent' })
      else if (next.do === 'pause') await pause.pause('Terminal')
      else if (next.do === 'resume') await pause.resume('Chrome')
      else if (next.do === 'lose') browsers.lose(browser)
      else if (next.do === 'connect') browsers.connect(browser)
      else if (next.do === 'restart') {
        proposals.close()
        const again = await house.start()
        policies = again.policies
        proposals = again.proposals
        refused.push(...again.alarms.list())
      } else {
        const [prompt] = browsers.connected().length === 0 ? [] : browser.seen.prompts
        if (prompt?.subject.kind !== 'accept-policy') continue
        const { text, withoutAsking } = prompt.subject
        const isKept = next.do === 'keep asking' && withoutAsking !== null
        const more = { expires: new Date(time.wall() + 60_000).toISOString() }
        const args = isKept ? { args: withoutAsking.keepAsking } : {}
        const signed = await browser.sign(prompt, next.do === 'deny' ? 'deny' : 'approve', { ...more, ...args })
        const { kind } = await broker.answer(browser, signed)
        if (kind !== 'accepted') refused.push(kind)
        if (next.do !== 'deny') approved = isKept ? 'kept' : text
      }
      await settle()
      const now = policies.inForce()
      if (approved !== undefined) approvals += 1
      const offered = { file: file.read(), accepted: policies.all().length }
      expect(wrongWith(before, now, approved, offered)).toEqual([])
      expect([faults, refused]).toEqual([[], []])
    }
    proposals.close()
    await settle()
  })
  await fc.assert(run, { numRuns: 40, seed })
  // It did come to yeses.
  expect(approvals).toBeGreaterThan(20)
})

/** @param approved the text that she said yes to, or that she wants to be asked still */
const wrongWith = (
  before: HeldPolicy,
  now: HeldPolicy,
  approved: string | undefined,
  offered: { readonly file: Proposed; readonly accepted: number },
): readonly string[] => {
  const wrong = {
    'opened by itself': approved === undefined && opens(before.file, now.file),
    'another number by itself': approved === undefined && now.number !== before.number,
    'not the one accepted': approved !== undefined && (now.how !== 'accepted' || now.number !== offered.accepted),
    'wider than proposed': approved === 'kept' && opens(policyIn(textOf(offered.file)), now.file),
    'another text': approved !== undefined && approved !== 'kept' && now.text !== approved,
  }
  return Object.entries(wrong).flatMap(([what, isSo]) => (isSo ? [what] : []))
}

const textOf = (proposed: Proposed): string => (proposed.kind === 'text' ? proposed.text : '')

it('opens nothing and goes on with 10,000 files that were spoilt by chance', async () => {
  const chance = chanceFrom(seed)
  const valid = fc.sample(arbitraryPolicy, { numRuns: 300, seed }).map((one) => JSON.stringify(one, null, 1))
  const browser = await fakeBrowser()
  const file = memoryProposedFile()
  const faults: unknown[] = []
  let held = heldPolicy(valid[0] ?? '')
  let closings = 0
  const accepted: AcceptedPolicies = {
    inForce: () => held,
    accepted: () => held,
    all: () => [],
    history: () => [],
    next: () => 1,
    keep: () => Promise.reject(new Error('Nobody said yes')),
    close: (text, policy) => {
      expect(opens(held.file, policy)).toBe(false)
      held = { ...heldPolicy(text), how: 'closed' }
      closings += 1
    },
    denied: () => undefined,
    deny: () => undefined,
    erase: () => undefined,
    signed: () => undefined,
    onChange: () => () => undefined,
  }
  let asked = 0
  const proposals = createProposals({
    file,
    write: () => undefined,
    accepted,
    broker: {
      ask: (_, signal) => {
        asked += 1
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'cancelled' })))
      },
      end: () => undefined,
      lookAgain: () => undefined,
    },
    browsers: fakeBrowsers(browser),
    gate: { closed: () => undefined },
    gateChanges: [],
    pace: { take: () => ({ kind: 'reserved', giveBack: () => undefined }) },
    time: { after: () => () => undefined },
    writing: ['save_session'],
    accountsAt: () => Promise.resolve([]),
    onFault: (thrown) => faults.push(thrown),
  })
  const seen = new Set<string>()
  for (let count = 0; count < 10_000; count += 1) {
    // What is closed more and more could not be opened by much.
    if (count % 50 === 0) held = heldPolicy(chance.oneOf(valid))
    const before = held
    file.become(
      asProposed(
        chance.within(10) === 0
          ? chance.bytes(200)
          : spoilt(chance, chance.within(3) === 0 ? chance.oneOf(valid) : held.text, valid),
      ),
    )
    const { state } = proposals.state()
    seen.add(state)
    expect(opens(before.file, held.file)).toBe(false)
    if (count % 500 === 0) await new Promise(setImmediate)
  }
  await new Promise(setImmediate)
  proposals.close()
  expect(faults).toEqual([])
  // It was no idle run.
  expect([...seen].sort()).toEqual(['in-force', 'invalid', 'waiting'])
  expect([closings > 20, asked > 1]).toEqual([true, true])
})

const heldPolicy = (text: string): HeldPolicy => ({
  number: 1,
  how: 'accepted',
  text,
  file: policyIn(text),
  from: sha256(text),
  at: null,
})

const asProposed = (bytes: Uint8Array): Proposed => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { kind: 'text', text, digest: sha256(text) }
  } catch {
    return { kind: 'unusable', why: 'It is not text in UTF-8.' }
  }
}

const words = [
  '"deny"',
  '"allow"',
  '"ask"',
  '"require_approval"',
  '"*"',
  '1',
  '40',
  'true',
  'false',
  'null',
  '{}',
  '[]',
  '"save_session"',
  '"manual_login"',
  '"hide"',
  '\uFEFF',
  '\\u0000',
  '}',
  ',',
]

/** One to four changes, as a slip of the hand or malice makes them. */
const spoilt = (chance: ReturnType<typeof chanceFrom>, text: string, others: readonly string[]): Uint8Array => {
  let made = text
  for (let changes = 1 + chance.within(4); changes > 0; changes -= 1) {
    const [at, to] = [chance.within(made.length + 1), chance.within(made.length + 1)].sort((a, b) => a - b)
    if (at === undefined || to === undefined) continue
    const how = chance.within(9)
    if (how === 0) made = made.slice(0, at) + made.slice(at + 1 + chance.within(4))
    else if (how === 1) made = made.slice(0, at) + chance.oneOf(words) + made.slice(at)
    else if (how === 2) made = made.slice(0, to) + made.slice(at, to) + made.slice(to)
    else if (how === 3) made = made.replace(/"(deny|allow|ask)"/, () => chance.oneOf(words))
    else if (how === 4) made = made.replace(/\d+/, () => String(chance.within(50)))
    else if (how === 6)
      made = made.replace(/"(save_session|search_jobs)": \{/, (entry) => `${entry}"require_approval":true,`)
    else if (how === 7) made = made.replace('{', '{"hide":["send_message"],')
    else if (how === 5) made = made.replace(/"(\w+)"/, () => chance.oneOf(words))
    else made = made.slice(0, at) + chance.oneOf(others).slice(at)
  }
  return new TextEncoder().encode(made)
}
