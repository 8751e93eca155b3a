import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import type { Session } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { createCallGuard } from '../mcp/call-guard.ts'
import { createCallRecord } from '../mcp/call-record.ts'
import { createDoor } from '../mcp/door.ts'
import { createTools } from '../mcp/tools.ts'
import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import { describeSaves } from './save-subjects.ts'

const untilClosed = (session: string): ApprovalDocument['scope'] => ({ for: 'browser', session, sameArguments: false })
const limited = { limits: [{ counter: 'c', window: 'minute', max: 2, scope: 'grant' }] }

/**
 * The whole way of an agent's save, from the door to the vault, under these rules for it. The browser is one that keeps to its own
 * yeses, as the extension does: `good` has those that it gives a capture for.
 */
const setUp = async (rules: object = { require_approval: true }) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools: { save_session: rules } }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const house = await tempHouse(read.file)
  const { browser, broker, ledger, observations, pinnedTo, saves, time, vault } = house
  const good = new Set<string>()
  const tabOf = (session: Session) => {
    openTab(browser, session)
    const { take } = browser.gives
    browser.gives.take = () =>
      good.has(browser.seen.taken.at(-1) ?? '') ? take() : Promise.resolve({ kind: 'not-approved' })
  }
  tabOf(signedIn('ada'))
  const faults: unknown[] = []
  const door = createDoor({
    ...house,
    tools: createTools({ saves, vault, observations, pinnedTo, time, describeSaves: describeSaves(vault, pinnedTo) }),
    guard: createCallGuard(time),
    record: createCallRecord({ ledger, time }),
    patience: 600,
    onFault: (thrown) => void faults.push(thrown),
  })
  const call = async (name = 'save_session', grant = 'g1') => {
    const { structuredContent } = await door({
      grant: { id: grant, label: grant, revoked: new AbortController().signal },
      connection: 'c1',
      claim: null,
      name,
      raw: {},
      signal: new AbortController().signal,
    })
    return structuredContent
  }
  /** Her yes to the question that is open, and to the account that it shows from then on, if it lasts. */
  const approve = async (scope: ApprovalDocument['scope'] = 'once'): Promise<Prompt> => {
    const prompt = await browser.prompted()
    good.add(prompt.id)
    expect(await broker.answer(browser, await browser.sign(prompt, 'approve', { scope }))).toEqual({ kind: 'accepted' })
    return prompt
  }
  const deny = async () => {
    const prompt = await browser.prompted()
    await broker.answer(browser, await browser.sign(prompt, 'deny'))
    return prompt
  }
  /** A first call, with a yes that lasts until the browser closes. */
  const approveLasting = async () => {
    const asked = call()
    const { id } = await approve(untilClosed(browser.session()))
    expect(await asked).toMatchObject({ saved: true, version: 1 })
    return id
  }
  return { ...house, good, tabOf, call, approve, deny, approveLasting, faults }
}

describe('a save under a yes that lasts', () => {
  it('is not asked about, and its rows name that yes', async () => {
    const { approveLasting, call, broker, ledger, rows } = await setUp()
    const request = await approveLasting()
    const before = ledger.head().seq
    expect(await call('manual_login')).toMatchObject({ saved: true, account: 'ada', version: 2 })
    expect(broker.pending()).toBe(0)
    expect(rows().slice(before)).toEqual([
      'call save_session intent',
      'session_saved save_session done',
      'call save_session done',
    ])
    expect(ledger.list({ after: before })[1]?.details).toMatchObject({ version: 2, request })
  })

  it('enters how long it lasts, with the answer', async () => {
    const { approveLasting, ledger, browser } = await setUp()
    const request = await approveLasting()
    const row = ledger.list().find(({ kind }) => kind === 'remembered')
    expect(row).toMatchObject({
      asker: { kind: 'agent', label: 'g1' },
      tool: 'save_session',
      details: { request, browser: browser.fingerprint, until: 'the browser closes', sameArguments: false },
    })
  })

  it('counts for the limits all the same', async () => {
    const { approveLasting, call } = await setUp({ require_approval: true, ...limited })
    await approveLasting()
    expect(await call()).toMatchObject({ saved: true })
    expect(await call()).toMatchObject({ code: 'rate_limited', rule: '/tools/save_session/limits/0' })
  })

  it('asks another agent', async () => {
    const { approveLasting, call, deny } = await setUp()
    await approveLasting()
    const asked = call('save_session', 'g2')
    await deny()
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })

  const uncertain = { ...signedIn('ada'), signIn: 'uncertain' as const }
  it.each([
    ['of another account', signedIn('eve')],
    ['whose sign-in is uncertain', uncertain],
    ['of nobody knows whom', { ...signedIn('ada'), account: 'unknown' }],
  ])('asks about a tab %s, and takes nothing of it before', async (_name, session) => {
    const { approveLasting, call, deny, tabOf, browser, vault } = await setUp()
    await approveLasting()
    tabOf(session)
    const asked = call()
    const { subject } = await deny()
    expect(subject).toMatchObject({
      kind: 'save',
      coveredBy: null,
      outline: { identity: { account: session.account } },
    })
    expect(await asked).toMatchObject({ code: 'approval_denied' })
    expect([browser.seen.taken.length, vault.latest()?.version]).toEqual([1, 1])
  })

  it('asks where the browser knows of no such yes, and goes on as after any', async () => {
    const { approveLasting, call, approve, good, rows } = await setUp()
    await approveLasting()
    good.clear()
    const asked = call()
    await approve()
    expect(await asked).toMatchObject({ saved: true, version: 2 })
    expect(rows().filter((row) => row.startsWith('approval'))).toHaveLength(2)
  })

  it('asks when what the browser gives is not of that account', async () => {
    const { approveLasting, call, deny, browser } = await setUp()
    await approveLasting()
    const { describe: ada } = browser.gives
    openTab(browser, signedIn('eve'))
    browser.gives.describe = ada
    const asked = call()
    await deny()
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })

  it('stores nothing when she forgets it while the capture is on its way', async () => {
    const { approveLasting, call, deny, browser, remembered, vault } = await setUp()
    const request = await approveLasting()
    const { take } = browser.gives
    browser.gives.take = () => {
      remembered.forget(request, { kind: 'browser', label: browser.label })
      return take()
    }
    const asked = call()
    await deny()
    expect(await asked).toMatchObject({ code: 'approval_denied' })
    expect(vault.latest()?.version).toBe(1)
  })

  it.each([
    ['no tab is open', { kind: 'no-tab' }, 'no_upwork_tab'],
    ['the tab is signed out', { kind: 'signed-out', origin: 'https://www.upwork.com' }, 'signed_out'],
  ] as const)('is refused as ever, unasked, when %s', async (_name, told, code) => {
    const { approveLasting, call, browser, broker } = await setUp()
    await approveLasting()
    browser.gives.describe = () => Promise.resolve(told)
    expect(await call()).toMatchObject({ code })
    expect(broker.pending()).toBe(0)
  })

  it('is refused as ever when its browser is away', async () => {
    const { approveLasting, call, browser, browsers } = await setUp()
    await approveLasting()
    browsers.lose(browser)
    expect(await call()).toMatchObject({ code: 'browser_not_connected' })
  })

  it('asks after a pause', async () => {
    const { approveLasting, call, deny, pause } = await setUp()
    await approveLasting()
    await pause.pause('Chrome')
    expect(await call()).toMatchObject({ code: 'paused' })
    await pause.resume('Chrome')
    const asked = call()
    await deny()
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })

  it('asks again under the very first yes when the tab changed meanwhile', async () => {
    const { call, approve, deny, browser, tabOf } = await setUp()
    browser.gives.take = () => {
      tabOf(signedIn('eve'))
      return Promise.resolve({ kind: 'changed' })
    }
    const asked = call()
    await approve(untilClosed(browser.session()))
    expect(await deny()).toMatchObject({ subject: { outline: { identity: { account: 'eve' } } } })
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })
})

describe('a save that the policy allows', () => {
  const policy = crypto.randomUUID()

  it('is not asked about for an account that the browser covers', async () => {
    const { call, good, accepted, broker, ledger } = await setUp({})
    accepted.by = policy
    good.add(policy)
    expect(await call()).toMatchObject({ saved: true, version: 1 })
    expect(await call()).toMatchObject({ saved: true, version: 2 })
    expect(broker.pending()).toBe(0)
    const saved = ledger.list().filter(({ kind }) => kind === 'session_saved')
    expect(saved.map(({ details }) => details['request'])).toEqual([policy, policy])
  })

  it('asks for any other account, and says that a yes covers it, too', async () => {
    const { call, approve, accepted } = await setUp({})
    accepted.by = policy
    const asked = call()
    expect(await approve()).toMatchObject({ subject: { kind: 'save', coveredBy: policy } })
    expect(await asked).toMatchObject({ saved: true, version: 1 })
  })

  it('says no such thing of an uncertain sign-in', async () => {
    const { call, deny, accepted, tabOf } = await setUp({})
    accepted.by = policy
    tabOf({ ...signedIn('ada'), signIn: 'uncertain' })
    const asked = call()
    expect(await deny()).toMatchObject({ subject: { kind: 'save', coveredBy: null } })
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })

  it('asks where no browser’s yes put the policy in force', async () => {
    const { call, deny } = await setUp({})
    const asked = call()
    expect(await deny()).toMatchObject({ subject: { kind: 'save', coveredBy: null } })
    expect(await asked).toMatchObject({ code: 'approval_denied' })
  })

  it('stores nothing when another policy comes into force while the capture is on its way', async () => {
    const { call, deny, good, accepted, browser, vault } = await setUp({})
    accepted.by = policy
    good.add(policy)
    const { take } = browser.gives
    browser.gives.take = () => {
      accepted.by = crypto.randomUUID()
      return take()
    }
    const asked = call()
    await deny()
    expect(await asked).toMatchObject({ code: 'approval_denied' })
    expect(vault.latest()).toBeUndefined()
  })

  it('holds its place in the limits while she is asked, and once', async () => {
    const { call, approve, accepted } = await setUp(limited)
    accepted.by = policy
    for (const version of [1, 2]) {
      const asked = call()
      await approve()
      expect(await asked).toMatchObject({ saved: true, version })
    }
    expect(await call()).toMatchObject({ code: 'rate_limited' })
  })
})
