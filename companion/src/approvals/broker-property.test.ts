import type { Countersigned } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { companionKey, fakeBrowser, fakeBrowsers } from '../testing/fake-browser.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { createBroker } from './broker.ts'
import type { Question, Verdict } from './question.ts'

const asking = fc.record({
  do: fc.constant('ask' as const),
  tool: fc.nat(2),
  args: fc.nat(1),
  patience: fc.integer({ min: 1, max: 120 }),
})
const answering = fc.record({
  do: fc.constant('answer' as const),
  which: fc.nat(2),
  by: fc.nat(1),
  yes: fc.boolean(),
  flaw: fc.nat(5),
})
const step = fc.oneof(
  { weight: 4, arbitrary: asking },
  { weight: 4, arbitrary: answering },
  fc.record({ do: fc.constant('replay' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('lose' as const), by: fc.nat(1) }),
  fc.record({ do: fc.constant('connect' as const), by: fc.nat(1) }),
)

/** What is wrong with an answer; nothing for most. */
const flaws: readonly Partial<Countersigned['document']>[] = [
  {},
  {},
  {},
  { shown: '0'.repeat(64) },
  { args: 'f'.repeat(64) },
  { companion: `B${'x'.repeat(86)}` },
]

type Asked = { readonly question: Question; readonly ends: AbortController; verdicts: Verdict[] }

it('settles each call once, and with a yes only by an answer that matches what was shown', async () => {
  const both = [await fakeBrowser('One'), await fakeBrowser('Two')] as const
  const run = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
    const time = fakeTime()
    const browsers = fakeBrowsers(...both)
    const lastSeqs = new Map<string, number>()
    /** What was accepted, by request. */
    const accepted = new Map<string, Countersigned[]>()
    const signatures: Countersigned[] = []
    const asked: Asked[] = []
    const ids: string[] = []
    const newId = () => {
      const id = crypto.randomUUID()
      ids.push(id)
      return id
    }
    const broker = createBroker({
      browsers,
      companionKey,
      time,
      longest: 60,
      remembered: { take: () => undefined },
      newId,
      approvals: {
        lastSeq: (key) => lastSeqs.get(key) ?? 0,
        accept: ({ signed }) => {
          lastSeqs.set(signed.document.browser, signed.document.seq)
          accepted.set(signed.document.request, [...(accepted.get(signed.document.request) ?? []), signed])
        },
      },
    })
    for (const browser of both) browser.seen.prompts = []
    const anyPrompts: Prompt[] = []

    for (const next of steps) {
      for (const browser of both) anyPrompts.push(...browser.seen.prompts)
      if (next.do === 'ask') {
        const question: Question = {
          asker: { kind: 'agent', grant: 'g', label: 'Agent', claim: null },
          action: `tool_${next.tool}`,
          reason: null,
          args: String(next.args).repeat(64),
          subjectFor: () => ({ kind: 'add-agent', label: 'x', account: null }),
          patience: next.patience,
        }
        const one: Asked = { question, ends: new AbortController(), verdicts: [] }
        asked.push(one)
        void broker.ask(question, one.ends.signal).then((verdict) => one.verdicts.push(verdict))
      } else if (next.do === 'answer') {
        const prompt = anyPrompts.at(-1 - next.which)
        const browser = both[next.by === 0 ? 0 : 1]
        if (prompt === undefined) continue
        const signed = await browser.sign(prompt, next.yes ? 'approve' : 'deny', flaws[next.flaw])
        signatures.push(signed)
        await broker.answer(browser, signed)
      } else if (next.do === 'replay') {
        const signed = signatures.at(-1 - next.which)
        if (signed !== undefined) await Promise.all(both.map((browser) => broker.answer(browser, signed)))
      } else if (next.do === 'cancel') asked.at(-1 - next.which)?.ends.abort()
      else if (next.do === 'wait') time.advance(next.seconds * 1000)
      else if (next.do === 'lose') browsers.lose(both[next.by === 0 ? 0 : 1])
      else browsers.connect(both[next.by === 0 ? 0 : 1])
    }
    broker.close()
    await new Promise(setImmediate)

    for (const { question, verdicts } of asked) {
      expect(verdicts).toHaveLength(1)
      const [verdict] = verdicts
      if (verdict?.kind !== 'approved') continue
      const { document } = verdict.signed
      expect(document).toMatchObject({ answer: 'approve', tool: question.action, args: question.args })
      expect(document.companion).toBe(companionKey)
      expect(accepted.get(document.request)).toEqual([verdict.signed])
    }
    // One answer at most for each question, whatever came later.
    for (const id of ids) expect(accepted.get(id)?.length ?? 0).toBeLessThanOrEqual(1)
    expect([broker.pending(), time.waiting()]).toEqual([0, 0])
  })
  await fc.assert(run, { numRuns: 150 })
})
