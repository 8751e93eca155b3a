import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { describe, expect, it } from 'vitest'
import { companionKey, fakeBrowser, fakeBrowsers } from '../testing/fake-browser.ts'
import { fakeTime } from '../testing/fake-time.ts'
import type { Approvals } from './approvals.ts'
import { createBroker } from './broker.ts'
import type { Question } from './question.ts'

const question = (more: Partial<Question> = {}): Question => ({
  asker: { kind: 'agent', grant: 'g1', label: 'Claude', claim: { name: 'claude-code', version: '9' } },
  action: 'save_session',
  reason: null,
  args: 'a'.repeat(64),
  subjectFor: () => ({ kind: 'add-agent', label: 'x', account: null }),
  patience: 600,
  ...more,
})

const setUp = async (accept: Approvals['accept'] = () => undefined) => {
  const [first, second] = [await fakeBrowser('First'), await fakeBrowser('Second')]
  const browsers = fakeBrowsers(first, second)
  const time = fakeTime()
  let lastSeq = 0
  const approvals: Pick<Approvals, 'lastSeq' | 'accept'> = {
    lastSeq: () => lastSeq,
    accept: (answer) => {
      accept(answer)
      lastSeq = answer.signed.document.seq
    },
  }
  const kept: Countersigned[] = []
  const remembered = { take: ({ signed }: { signed: Countersigned }) => void kept.push(signed) }
  const newId = () => crypto.randomUUID()
  const broker = createBroker({ browsers, companionKey, approvals, remembered, time, longest: 600, newId })
  const ask = (more: Partial<Question> = {}, signal = new AbortController().signal) =>
    broker.ask(question(more), signal)
  const prompt = (at = 0) => {
    const found = first.seen.prompts[at]
    if (found === undefined) throw new Error('No such prompt')
    return found
  }
  return { first, second, browsers, time, broker, ask, prompt, kept }
}

describe('the broker', () => {
  it('asks in every browser, and the first yes settles it', async () => {
    const { first, second, broker, ask, prompt } = await setUp()
    const verdict = ask()
    expect(second.seen.prompts).toEqual(first.seen.prompts)
    const signed = await first.sign(prompt(), 'approve')
    expect(await broker.answer(first, signed)).toEqual({ kind: 'accepted' })
    expect(await verdict).toMatchObject({ kind: 'approved', browser: first, signed })
    expect(second.seen).toMatchObject({ prompts: [], ends: [{ how: 'answered-elsewhere' }] })
    expect(first.seen.ends).toEqual([])
    broker.end(signed.document.request, 'done', 'Saved.')
    expect(first.seen.ends).toEqual([{ id: signed.document.request, how: 'done', text: 'Saved.' }])
  })

  it('passes the reason of an agent on unaltered', async () => {
    const { ask, prompt } = await setUp()
    const hostile = `‮Approve\n\n<b>now</b>\u0000`
    void ask({ reason: hostile })
    expect(prompt().reason).toBe(hostile)
  })

  it('tells the no with its reason', async () => {
    const { first, broker, ask, prompt } = await setUp()
    const verdict = ask()
    await broker.answer(first, await first.sign(prompt(), 'deny', { reason: 'not today' }))
    expect(await verdict).toMatchObject({ kind: 'denied', reason: 'not today' })
    expect(first.seen.ends).toMatchObject([{ how: 'denied' }])
  })

  it('refuses an answer for another prompt, a second answer, and a late one', async () => {
    const { first, second, broker, ask, prompt, time } = await setUp()
    void ask()
    void ask({ action: 'export' })
    const crossed = await first.sign(prompt(0), 'approve', { request: prompt(1).id })
    expect(await broker.answer(first, crossed)).toMatchObject({ kind: 'refused', code: 'approval_stale' })
    const good = await first.sign(prompt(0), 'approve')
    expect(await broker.answer(first, good)).toEqual({ kind: 'accepted' })
    expect(await broker.answer(first, good)).toMatchObject({ code: 'countersignature_invalid' })
    expect(await broker.answer(second, good)).toMatchObject({ code: 'countersignature_invalid' })
    const late = await first.sign(prompt(0), 'approve')
    time.advance(601_000)
    expect(await broker.answer(first, late)).toMatchObject({ code: 'approval_stale' })
    expect(broker.pending()).toBe(0)
  })

  it('takes a yes that lasts no longer than it may, and hands it on to be kept; one that lasts longer leaves the question open', async () => {
    const { first, broker, ask, prompt, time, kept } = await setUp()
    const verdict = ask({ subjectFor: () => ({ kind: 'call', arguments: [] }) })
    const lasting = (minutes: number) => ({
      for: '15 minutes' as const,
      until: new Date(time.wall() + minutes * 60_000).toISOString(),
      sameArguments: false,
    })
    const greedy = await first.sign(prompt(), 'approve', { scope: lasting(60) })
    expect(await broker.answer(first, greedy)).toMatchObject({ code: 'approval_stale' })
    const elsewhere = { for: 'browser', session: crypto.randomUUID(), sameArguments: false } as const
    expect(await broker.answer(first, await first.sign(prompt(), 'approve', { scope: elsewhere }))).toMatchObject({
      code: 'approval_stale',
    })
    expect([broker.pending(), kept]).toEqual([1, []])
    const signed = await first.sign(prompt(), 'approve', { scope: lasting(15) })
    expect(await broker.answer(first, signed)).toEqual({ kind: 'accepted' })
    expect(await verdict).toMatchObject({ kind: 'approved' })
    expect(kept).toEqual([signed])
  })

  it('takes answers in the order in which they came', async () => {
    const { first, broker, ask, prompt } = await setUp()
    void ask()
    void ask({ action: 'export' })
    const answers = [await first.sign(prompt(0), 'approve'), await first.sign(prompt(1), 'deny')]
    expect(await Promise.all(answers.map((signed) => broker.answer(first, signed)))).toEqual([
      { kind: 'accepted' },
      { kind: 'accepted' },
    ])
  })

  it('lets silence become a no, by the timer or by a wall clock that jumped', async () => {
    const { ask, time, first, broker, prompt } = await setUp()
    const short = ask({ patience: 30 })
    time.advance(30_000)
    expect(await short).toEqual({ kind: 'timed-out' })
    const second = ask()
    const signed = await first.sign(prompt(), 'approve', { expires: '2027-01-01T00:00:00.000Z' })
    time.setWall(Date.parse('2026-11-23T12:00:00Z'))
    expect(await broker.answer(first, signed)).toMatchObject({ code: 'approval_stale' })
    expect(await second).toEqual({ kind: 'timed-out' })
    expect(time.waiting()).toBe(0)
  })

  it('asks no more than four questions of the terminal at once, and each for one command alone', async () => {
    const { first, ask } = await setUp()
    const claim = { program: 'sh', parent: 'init', pid: 7, folder: '/' }
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim } as const
    const ends = new AbortController()
    for (const label of ['one', 'two', 'three', 'four']) void ask({ asker, action: `add agent ${label}` }, ends.signal)
    expect(await ask({ asker, action: 'export' })).toEqual({ kind: 'busy' })
    expect(first.seen.prompts).toHaveLength(4)
    void ask({})
    expect(first.seen.prompts).toHaveLength(5)
    ends.abort()
    void ask({ asker, action: 'export' })
    // One yes is good for one act: another command that asks for the same does not get it, too.
    expect(await ask({ asker, action: 'export' })).toEqual({ kind: 'busy' })
  })

  it('shares a question between identical calls, and calls another one busy', async () => {
    const { first, broker, ask, prompt } = await setUp()
    const leaver = new AbortController()
    const [one, two] = [ask({}, leaver.signal), ask()]
    expect(first.seen.prompts).toHaveLength(1)
    expect(await ask({ args: 'b'.repeat(64) })).toEqual({ kind: 'busy' })
    leaver.abort()
    expect(await one).toEqual({ kind: 'cancelled' })
    expect(broker.pending()).toBe(1)
    await broker.answer(first, await first.sign(prompt(), 'approve'))
    expect(await two).toMatchObject({ kind: 'approved' })
  })

  it('takes the prompt away with the last who asked', async () => {
    const { first, broker, ask, prompt } = await setUp()
    const [one, two] = [new AbortController(), new AbortController()]
    const verdicts = [ask({}, one.signal), ask({}, two.signal)]
    const signed = await first.sign(prompt(), 'approve')
    one.abort()
    two.abort()
    expect(await Promise.all(verdicts)).toEqual([{ kind: 'cancelled' }, { kind: 'cancelled' }])
    expect(first.seen).toMatchObject({ prompts: [], ends: [{ how: 'cancelled' }] })
    expect(await broker.answer(first, signed)).toMatchObject({ code: 'approval_stale' })
  })

  it('keeps a question for a minute when the bridge is lost, under the same id', async () => {
    const { first, second, browsers, ask, prompt, time, broker } = await setUp()
    const verdict = ask()
    const before = prompt()
    browsers.lose(first)
    browsers.lose(second)
    time.advance(59_000)
    browsers.connect(first)
    expect(first.seen.prompts).toEqual([before])
    time.advance(120_000)
    expect(broker.pending()).toBe(1)
    browsers.lose(first)
    time.advance(60_000)
    expect(await verdict).toEqual({ kind: 'unreachable' })
    expect(time.waiting()).toBe(0)
  })

  it('lets a question without a deadline wait, also where no browser is, and for browsers that come later', async () => {
    const { first, second, browsers, ask, time, broker } = await setUp()
    browsers.lose(first)
    browsers.lose(second)
    const claim = null
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim } as const
    const verdict = ask({ asker, action: 'accept policy', patience: null })
    time.advance(30 * 24 * 3600_000)
    expect(broker.pending()).toBe(1)
    browsers.connect(second)
    const [shown] = second.seen.prompts
    expect(shown).toMatchObject({ action: 'accept policy', deadline: null })
    browsers.lose(second)
    time.advance(30 * 24 * 3600_000)
    browsers.connect(second)
    expect(second.seen.prompts).toEqual([shown])
    if (shown === undefined) throw new Error('It is shown')
    const signed = await second.sign(shown, 'approve', { expires: new Date(time.wall() + 60_000).toISOString() })
    expect(await broker.answer(second, signed)).toEqual({ kind: 'accepted' })
    expect(await verdict).toMatchObject({ kind: 'approved' })
    expect(time.waiting()).toBe(0)
  })

  it('counts no question without a deadline among those that are too many', async () => {
    const { first, ask } = await setUp()
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: null } as const
    for (const label of ['one', 'two', 'three', 'four']) void ask({ asker, action: `add agent ${label}` })
    void ask({ asker, action: 'accept policy', patience: null })
    expect(first.seen.prompts).toHaveLength(5)
    expect(await ask({ asker, action: 'accept policy', patience: null })).toEqual({ kind: 'busy' })
    expect(await ask({ asker, action: 'export' })).toEqual({ kind: 'busy' })
  })

  it('shows a question in a browser that could not be asked at first, when it is told to look again', async () => {
    const { first, ask, broker } = await setUp()
    let isReady = false
    void ask({ subjectFor: () => (isReady ? { kind: 'add-agent', label: 'x', account: null } : undefined) })
    expect(first.seen.prompts).toEqual([])
    isReady = true
    broker.lookAgain()
    expect(first.seen.prompts).toHaveLength(1)
  })

  it('keeps the question open when the answer can not be kept', async () => {
    const { first, broker, ask, prompt } = await setUp(() => {
      throw new Error('no space')
    })
    void ask()
    expect(await broker.answer(first, await first.sign(prompt(), 'approve'))).toMatchObject({ code: 'internal' })
    expect(broker.pending()).toBe(1)
  })

  it('lists the questions of a browser oldest first, and only those that it can be asked', async () => {
    const { first, second, broker, ask } = await setUp()
    void ask({
      action: 'one',
      subjectFor: (to) => (to === first ? { kind: 'add-agent', label: 'one', account: null } : undefined),
    })
    void ask({ action: 'two' })
    expect(broker.promptsFor(first).map(({ action }) => action)).toEqual(['one', 'two'])
    expect(broker.promptsFor(second).map(({ action }) => action)).toEqual(['two'])
  })
})
