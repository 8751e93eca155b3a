import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it } from 'vitest'
import { policyText } from '../testing/accepted-house.ts'
import { fakeBrowser, fakeBrowsers } from '../testing/fake-browser.ts'
import { proposalHouse } from '../testing/proposal-house.ts'
import { sent } from '../testing/sample-session.ts'
import { openTab, signedIn } from '../testing/temp-house.ts'
import { sha256 } from '../ledger/sha256.ts'
import { proposalAlarm } from './proposal-alarm.ts'
import { shippedDefault, shippedDefaultText } from './shipped-default.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const search = policyText({ tools: { search_jobs: {} } })
const wider = policyText({ tools: { search_jobs: {}, get_messages: {} } })
const narrower = policyText({ tools: { search_jobs: { require_approval: true } } })
const snippet = policyText({
  tools: { save_session: { limits: [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }] } },
})
const closedDefault = JSON.stringify({ ...shippedDefault, hide: ['save_session'] })

const setUp = async () => {
  const house = await proposalHouse()
  return { ...house, ...(await house.start()) }
}

describe('a proposal in the file', () => {
  it('is none until it is there, and none where it is what is in force', async () => {
    const { file, proposals, settle, browser, ledger } = await setUp()
    expect(proposals.state()).toEqual({ state: 'none', problems: [], opens: [], closes: [] })
    for (const same of [shippedDefaultText, JSON.stringify(shippedDefault)]) {
      file.become(same)
      await settle()
      expect(proposals.state()).toMatchObject({ state: 'in-force', opens: [], closes: [] })
    }
    expect([browser.seen.prompts, ledger.list()]).toEqual([[], []])
  })

  it('takes effect at once where it only closes, also with no browser paired', async () => {
    const { file, start, ledger } = await proposalHouse()
    const { policies, proposals } = await start(fakeBrowsers())
    file.become(closedDefault)
    expect(policies.inForce()).toMatchObject({ number: 0, how: 'closed', text: closedDefault })
    expect(proposals.state()).toMatchObject({ state: 'in-force' })
    expect(ledger.list()).toMatchObject([{ kind: 'policy', details: { number: 0, how: 'closed' } }])
    // Back to what she has is hers to say.
    file.become(shippedDefaultText)
    expect(proposals.state()).toMatchObject({
      state: 'held',
      opens: [matching(expect.stringContaining('no longer be hidden'))],
    })
    expect(policies.inForce().text).toBe(closedDefault)
  })

  it('waits for her where it opens anything, and is in force with her yes', async () => {
    const { file, proposals, policies, answer, browser, ledger, settle, start } = await setUp()
    file.become(search)
    await settle()
    expect(proposals.state()).toMatchObject({ state: 'waiting' })
    expect(policies.inForce().how).toBe('default')
    const { prompt } = await answer('approve')
    expect(prompt).toMatchObject({
      asker: { kind: 'terminal', label: 'Terminal', claim: null },
      action: 'accept policy',
      deadline: null,
      subject: {
        kind: 'accept-policy',
        opens: matching(expect.arrayContaining(['search_jobs is newly named: it will run without asking you.'])),
        text: search,
        withoutAsking: null,
      },
    })
    expect(browser.seen.ends).toEqual([{ id: prompt.id, how: 'done', text: 'The policy is in force.' }])
    for (const { policies: held, proposals: stands } of [{ policies, proposals }, await start()]) {
      expect(held.inForce()).toMatchObject({ number: 1, how: 'accepted', text: search })
      expect(stands.state()).toMatchObject({ state: 'in-force' })
    }
    expect(ledger.list().map(({ kind }) => kind)).toEqual(['approval', 'policy'])
    expect(browser.seen.prompts).toEqual([])
  })

  it('is asked about again after a restart, and shown in a browser that comes later', async () => {
    const { file, browsers, broker, browser, settle, start, proposals } = await setUp()
    browsers.lose(browser)
    file.become(search)
    await settle()
    const later = await fakeBrowser('Later')
    browsers.connect(later)
    expect(later.seen.prompts).toMatchObject([{ action: 'accept policy' }])
    proposals.close()
    await settle()
    expect([later.seen.prompts, broker.pending()]).toEqual([[], 0])
    await start()
    await settle()
    expect(later.seen.prompts).toMatchObject([{ action: 'accept policy' }])
  })

  it('gives way to a newer one, whose question is another', async () => {
    const { file, broker, browser, policies, settle, answer } = await setUp()
    file.become(search)
    await settle()
    const [old] = browser.seen.prompts
    if (old === undefined) throw new Error('It is asked')
    file.become(wider)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: { text: wider } }])
    expect(await broker.answer(browser, await browser.sign(old, 'approve'))).toMatchObject({ code: 'approval_stale' })
    expect(policies.inForce().how).toBe('default')
    await answer('approve')
    expect(policies.inForce()).toMatchObject({ number: 1, text: wider })
  })

  it('is withdrawn with the file, with what is in force, and with a text that is none', async () => {
    const { file, browser, proposals, settle } = await setUp()
    for (const [instead, state] of [
      [{ kind: 'absent' }, 'none'],
      [shippedDefaultText, 'in-force'],
      ['{', 'invalid'],
      [{ kind: 'unusable', why: 'It is a symbolic link.' }, 'invalid'],
    ] as const) {
      file.become(search)
      await settle()
      expect(browser.seen.prompts).toHaveLength(1)
      file.become(instead)
      await settle()
      expect([browser.seen.prompts, proposals.state().state]).toEqual([[], state])
    }
    expect(proposals.state().problems).toEqual([{ path: '', message: 'It is a symbolic link.' }])
  })

  it('stays denied, also after a restart, until it becomes another', async () => {
    const { file, browser, proposals, policies, answer, settle, start } = await setUp()
    file.become(search)
    await answer('deny')
    expect(proposals.state()).toMatchObject({
      state: 'denied',
      opens: matching(expect.arrayContaining([matching(expect.any(String))])),
    })
    proposals.close()
    const again = await start()
    await settle()
    expect([browser.seen.prompts, again.proposals.state().state]).toEqual([[], 'denied'])
    file.become(wider)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: { text: wider } }])
    file.become(search)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: { text: search } }])
    expect([policies.inForce().how, again.policies.inForce().how]).toEqual(['default', 'default'])
  })

  it('is held while all agents are paused or an alarm stands, and while no browser is paired', async () => {
    const { alarms: _, ...house } = await setUp()
    const { file, browser, pause, proposals, settle, start } = house
    await pause.pause('Terminal')
    file.become(search)
    await settle()
    expect([browser.seen.prompts, proposals.state().state]).toEqual([[], 'held'])
    await pause.resume('Chrome')
    await settle()
    expect([browser.seen.prompts.length, proposals.state().state]).toEqual([1, 'waiting'])
    await pause.pause('Terminal')
    await settle()
    expect([browser.seen.prompts, proposals.state().state]).toEqual([[], 'held'])
    await pause.resume('Chrome')
    await settle()
    expect(browser.seen.prompts).toHaveLength(1)
    proposals.close()
    await settle()
    const unpaired = await start(fakeBrowsers())
    expect(unpaired.proposals.state()).toMatchObject({ state: 'held' })
  })

  it('that can not be read is told of with the number of its mistakes, and with what stays', async () => {
    const { file, proposals, policies, answer } = await setUp()
    const alarm = () => proposalAlarm(proposals.state(), policies.inForce())
    expect(alarm()).toBeUndefined()
    file.become('{"version":"1"')
    expect(alarm()).toEqual({
      code: 'policy_invalid',
      text: 'policy.json has a mistake and changes nothing: the shipped default stays in force. `countersign policy check` names it.',
      look: null,
    })
    file.become(search)
    await answer('approve')
    expect(alarm()).toBeUndefined()
    file.become('{"version":"2","default":"Deny"}')
    expect(alarm()?.text).toBe(
      'policy.json has 2 mistakes and changes nothing: policy 1 stays in force. `countersign policy check` names them.',
    )
    file.become(narrower)
    file.become('[]')
    expect(alarm()?.text).toContain('policy 1, with what was closed since, stays in force')
  })

  it('is tried again where the disk took nothing', async () => {
    const { file, policies, proposals, items, faults, browsers, browser, answer } = await setUp()
    const put = items.put.bind(items)
    const full = () => {
      throw new CountersignError('disk_full')
    }
    Object.assign(items, { put: full })
    file.become(closedDefault)
    expect([policies.inForce().how, proposals.state().state, faults.length]).toEqual(['default', 'held', 1])
    Object.assign(items, { put })
    browsers.connect(browser)
    expect([policies.inForce().how, proposals.state().state]).toEqual(['closed', 'in-force'])

    file.become(search)
    Object.assign(items, { put: full })
    await answer('approve')
    expect(browser.seen.ends.at(-1)).toMatchObject({
      how: 'failed',
      text: matching(expect.stringContaining('disk is full')),
    })
    expect([policies.inForce().how, proposals.state().state]).toEqual(['closed', 'waiting'])
    Object.assign(items, { put })
    await answer('approve')
    expect(policies.inForce()).toMatchObject({ number: 1, text: search })
  })
})

describe('a proposal by which a tool that writes would no longer ask', () => {
  it('names the tool and whose sessions it is for, and offers to keep asking', async () => {
    const { file, vault, browser, settle, answer, policies, proposals } = await setUp()
    await vault.save(...(await sent(signedIn('ada'))))
    openTab(browser, signedIn('grace'))
    file.become(snippet)
    await settle()
    const [{ subject } = { subject: undefined }] = browser.seen.prompts
    expect(subject).toMatchObject({
      opens: matching(expect.arrayContaining(['save_session will run without asking you.'])),
      withoutAsking: {
        tools: ['save_session'],
        accounts: [
          { id: 'ada', name: null },
          { id: 'grace', name: null },
        ],
      },
    })
    if (subject?.kind !== 'accept-policy' || subject.withoutAsking === null) throw new Error('It offers it')
    await answer('approve', { args: subject.withoutAsking.keepAsking })
    const held = policies.inForce()
    expect(held).toMatchObject({ number: 1, how: 'accepted', from: sha256(snippet) })
    expect(held.file.tools?.['save_session']).toMatchObject({ require_approval: true, limits: [{ max: 30 }] })
    // The file still says otherwise, and that was answered.
    expect(proposals.state()).toMatchObject({ state: 'in-force' })
    // The next time it does so, it is a question anew.
    file.become(`${snippet}\n`)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: { withoutAsking: { tools: ['save_session'] } } }])
  })

  it('is in force as it stands with a yes to just that', async () => {
    const { file, answer, policies } = await setUp()
    file.become(snippet)
    await answer('approve')
    expect(policies.inForce()).toMatchObject({ number: 1, text: snippet, from: sha256(snippet) })
  })

  it('is shown without an account that a browser can not tell, or not in time, or is not sure of', async () => {
    const { file, browser, settle, time, browsers } = await setUp()
    const failing = await fakeBrowser('Failing')
    failing.gives.describe = () => Promise.reject(new CountersignError('peer_closed'))
    const unsure = await fakeBrowser('Unsure')
    const session = signedIn('ada')
    openTab(unsure, { ...session, signIn: 'uncertain' })
    browser.gives.describe = () => new Promise(() => undefined)
    for (const one of [failing, unsure]) browsers.connect(one)
    file.become(snippet)
    await settle()
    const accounts = { withoutAsking: { accounts: [] } }
    expect(failing.seen.prompts).toMatchObject([{ subject: accounts }])
    expect(unsure.seen.prompts).toMatchObject([{ subject: accounts }])
    expect(browser.seen.prompts).toEqual([])
    time.advance(3000)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: accounts }])
    expect(time.waiting()).toBe(0)
  })
})
