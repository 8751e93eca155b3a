import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import type { Session } from '@countersign/shared/session/session'
import { unknownAccount } from '@countersign/shared/session/site'
import { describe, expect, it } from 'vitest'
import { createCallGuard } from '../mcp/call-guard.ts'
import { createCallRecord } from '../mcp/call-record.ts'
import { createDoor } from '../mcp/door.ts'
import { createTools } from '../mcp/tools.ts'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { sent } from '../testing/sample-session.ts'
import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import { describeSaves } from './save-subjects.ts'

const asks = { require_approval: true }
const unknown = { ...signedIn('ada'), account: unknownAccount, signIn: 'uncertain' as const }
const uncertain = { ...signedIn('ada'), signIn: 'uncertain' as const }

/** The whole way of a save by an agent that is pinned to ada, and by one that is not, from the door to the vault. */
const setUp = async ({ rules = asks, tab = signedIn('eve') }: { rules?: object; tab?: Session } = {}) => {
  const tools = { save_session: rules, session_status: {} }
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', tools }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const house = await tempHouse(read.file)
  const { browser, broker, ledger, pins, pinnedTo, saves, time, vault } = house
  pins.set('pinned', 'ada')
  openTab(browser, tab)
  const door = createDoor({
    ...house,
    tools: createTools({
      saves,
      vault,
      observations: house.observations,
      pinnedTo,
      time,
      describeSaves: describeSaves(vault, pinnedTo),
    }),
    guard: createCallGuard(time),
    record: createCallRecord({ ledger, time }),
    patience: 600,
    onFault: (thrown) => {
      throw thrown
    },
  })
  const call = async (grant: string, name = 'save_session') => {
    const signal = new AbortController().signal
    const asked = {
      grant: { id: grant, label: grant, revoked: signal },
      connection: grant,
      claim: null,
      raw: {},
      signal,
    }
    return (await door({ ...asked, name })).structuredContent
  }
  const approve = async (scope: ApprovalDocument['scope'] = 'once', by = browser) => {
    const prompt = await by.prompted()
    expect(await broker.answer(by, await by.sign(prompt, 'approve', { scope }))).toEqual({ kind: 'accepted' })
    return prompt
  }
  const approved = async (grant: string, scope: ApprovalDocument['scope'] = 'once') => {
    const called = call(grant)
    await approve(scope)
    return called
  }
  /** How the pinned agent's call ends, how many questions there were, and how many captures were asked for. */
  const outcome = async (name = 'save_session') => {
    browser.seen.taken.length = 0
    const told = await call('pinned', name)
    return [told?.['code'], broker.pending(), browser.seen.taken.length]
  }
  return { ...house, call, approve, approved, outcome }
}
const refusedAtOnce = ['wrong_account', 0, 0]

describe('an agent that is pinned to an account', () => {
  it.each([
    ['another account', signedIn('eve')],
    ['nobody knows whom', unknown],
  ])('is refused at once in a tab of %s, by either name of the tool', async (_whose, tab) => {
    const { outcome } = await setUp({ tab })
    expect(await outcome()).toEqual(refusedAtOnce)
    expect(await outcome('manual_login')).toEqual(refusedAtOnce)
  })

  it('is told whose tab it is and whose it should be, by the names that she gave them', async () => {
    const { call, vault } = await setUp()
    await vault.save(...(await sent(signedIn('ada'))))
    vault.nameAccount('ada', 'Design work')
    expect(await call('pinned')).toMatchObject({
      reason: "The Upwork tab is eve's, and this agent is only for Design work.",
      next: 'Ask the person to switch to Design work in the browser, then call again.',
    })
  })

  it('saves of its own account, certain or not, once she says yes', async () => {
    const { approved, browser } = await setUp({ tab: signedIn('ada') })
    expect(await approved('pinned')).toMatchObject({ saved: true, account: 'ada', version: 1 })
    openTab(browser, uncertain)
    expect(await approved('pinned')).toMatchObject({ saved: true, account: 'ada', version: 2 })
  })

  it('hears what comes before in the order of refusals first', async () => {
    const { call, browser, browsers, pause } = await setUp()
    browser.gives.describe = () => Promise.resolve({ kind: 'signed-out', origin: 'https://www.upwork.com' })
    expect(await call('pinned')).toMatchObject({ code: 'signed_out' })
    browser.gives.describe = () => Promise.resolve({ kind: 'no-tab' })
    expect(await call('pinned')).toMatchObject({ code: 'no_upwork_tab' })
    browsers.lose(browser)
    expect(await call('pinned')).toMatchObject({ code: 'browser_not_connected' })
    await pause.pause('Chrome')
    expect(await call('pinned')).toMatchObject({ code: 'paused' })
  })

  it('does not stand in the way of one that is not', async () => {
    const { approved, outcome } = await setUp()
    expect(await outcome()).toEqual(refusedAtOnce)
    expect(await approved('free')).toMatchObject({ saved: true, account: 'eve' })
  })
})

describe('with several browsers', () => {
  it('those are asked whose tab is of its account, and where none is, that is said before all else', async () => {
    const { approve, browser, browsers, call } = await setUp()
    const other = await fakeBrowser('Edge')
    browsers.connect(other)
    expect(await call('pinned')).toMatchObject({ code: 'wrong_account' })
    openTab(other, signedIn('ada'))
    const asked = call('pinned')
    await other.prompted()
    expect(browser.seen.prompts).toEqual([])
    await approve('once', other)
    expect(await asked).toMatchObject({ saved: true, account: 'ada' })
    expect(browser.seen.taken).toEqual([])
  })
})

describe('what runs without a question', () => {
  const untilClosed = (session: string): ApprovalDocument['scope'] => ({
    for: 'browser',
    session,
    sameArguments: false,
  })

  it('a yes that lasts serves the account that it was given for, and no other tab asks the browser for a capture', async () => {
    const { approved, browser, broker, call } = await setUp({ tab: signedIn('ada') })
    await approved('pinned', untilClosed(browser.session()))
    expect(await call('pinned')).toMatchObject({ saved: true, version: 2 })
    const taken = browser.seen.taken.length
    openTab(browser, signedIn('eve'))
    expect(await call('pinned')).toMatchObject({ code: 'wrong_account' })
    expect([broker.pending(), browser.seen.taken.length]).toEqual([0, taken])
  })

  it('a yes that lasts for another account does not serve it once it is pinned', async () => {
    const { approved, browser, call, pins, outcome } = await setUp()
    pins.clear()
    await approved('pinned', untilClosed(browser.session()))
    expect(await call('pinned')).toMatchObject({ saved: true, account: 'eve', version: 2 })
    pins.set('pinned', 'ada')
    expect(await outcome()).toEqual(refusedAtOnce)
  })

  it('a policy covers no other account for it, and goes on covering its own and all for others', async () => {
    const { accepted, browser, broker, call, outcome } = await setUp({ rules: {} })
    accepted.by = 'b2f1c1c8-52d4-4a7c-9d1a-0c4f6a5d9e10'
    expect(await outcome()).toEqual(refusedAtOnce)
    expect(await call('free')).toMatchObject({ saved: true, account: 'eve' })
    openTab(browser, signedIn('ada'))
    expect(await call('pinned')).toMatchObject({ saved: true, account: 'ada' })
    expect(broker.pending()).toBe(0)
  })

  it('saves nothing where the browser gives another account than it described', async () => {
    const { accepted, browser, vault, call } = await setUp({ rules: {}, tab: signedIn('ada') })
    accepted.by = 'b2f1c1c8-52d4-4a7c-9d1a-0c4f6a5d9e10'
    const { describe: ada } = browser.gives
    openTab(browser, signedIn('eve'))
    const { describe: eve } = browser.gives
    const described = [ada, eve]
    browser.gives.describe = () => (described.shift() ?? eve)()
    expect(await call('pinned')).toMatchObject({ code: 'wrong_account' })
    expect(vault.list()).toEqual([])
  })
})

describe('while she is asked', () => {
  it('another account that signs in is not asked about anew, but refused', async () => {
    const { approve, browser, broker, call, vault } = await setUp({ tab: signedIn('ada') })
    const asked = call('pinned')
    await browser.prompted()
    openTab(browser, signedIn('eve'))
    await approve()
    expect(await asked).toMatchObject({ code: 'wrong_account' })
    expect([broker.pending(), vault.list()]).toEqual([0, []])
  })

  it('a pin to another account makes the yes worth nothing, before anything is captured, and she is told why', async () => {
    const { approve, browser, call, pins, vault } = await setUp({ tab: signedIn('ada') })
    const asked = call('free')
    await browser.prompted()
    pins.set('free', 'eve')
    const end = browser.nextEnd()
    await approve()
    expect(await asked).toMatchObject({ code: 'wrong_account' })
    expect((await end).text).toContain("The Upwork tab is ada's, and this agent is only for eve.")
    expect([browser.seen.taken, vault.list()]).toEqual([[], []])
  })

  it('a pin that comes while the capture is on its way has nothing saved', async () => {
    const { approve, browser, call, pins, vault } = await setUp({ tab: signedIn('ada') })
    const { take } = browser.gives
    browser.gives.take = () => {
      pins.set('free', 'eve')
      return take()
    }
    const asked = call('free')
    await approve()
    expect(await asked).toMatchObject({ code: 'wrong_account' })
    expect(vault.list()).toEqual([])
  })
})

describe('what an agent that is pinned is told', () => {
  it('is of its own account alone in session_status, also where another was saved later', async () => {
    const { call, vault } = await setUp()
    await vault.save(...(await sent(signedIn('eve'))))
    expect(await call('pinned', 'session_status')).toMatchObject({ saved: false, state: 'none' })
    await vault.save(...(await sent(signedIn('ada'))))
    await vault.save(...(await sent(signedIn('eve'))))
    expect(await call('pinned', 'session_status')).toMatchObject({ saved: true, account: 'ada', version: 1 })
    expect(await call('free', 'session_status')).toMatchObject({ saved: true, account: 'eve', version: 2 })
  })

  it('is not the outcome that waits from before it was pinned', async () => {
    const { approve, call, pins, time, outcome, browser } = await setUp()
    pins.clear()
    const asked = call('pinned')
    await browser.prompted()
    time.advance(46_000)
    expect(await asked).toMatchObject({ code: 'approval_pending' })
    const end = browser.nextEnd()
    await approve()
    expect(await end).toMatchObject({ how: 'done' })
    pins.set('pinned', 'ada')
    expect(await outcome()).toEqual(refusedAtOnce)
  })
})
