import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import { describeSaves } from './save-subjects.ts'
import { createMutes } from './mutes.ts'

const minute = 60_000
const claude = { grant: 'g1', label: 'Claude' }
const terminal = { kind: 'terminal', label: 'Terminal' } as const

const setUp = async () => {
  const house = await tempHouse()
  const { authorize, broker, browser, database, items, ledger, mutes, pinnedTo, time, vault } = house
  openTab(browser, signedIn())
  const asker = { kind: 'agent', ...claude, claim: null } as const
  const subjects = describeSaves(vault, pinnedTo)
  const ask = (action = 'save_session', signal = new AbortController().signal) =>
    authorize({ asker, action, reason: null, args: '0'.repeat(64), patience: 600, subjects }, signal)
  const deny = async (reason: string | null = null) => {
    const asked = ask()
    await broker.answer(browser, await browser.sign(await browser.prompted(), 'deny', { reason }))
    return asked
  }
  const reopen = () => createMutes({ database, items, ledger, time })
  const unmute = (by = mutes) =>
    by.unmute(claude, (details) => ledger.append({ kind: 'unmuted', asker: terminal, details }))
  return { ...house, ask, deny, reopen, unmute }
}
const refusedAs = (code: string, more: object = {}) => ({ kind: 'refused', refusal: { code, ...more } })

describe('two clicks on Deny within a minute', () => {
  it('mute: the second is heard as a no with its reason, and the next call is refused unasked', async () => {
    const { ask, browser, deny, mutes, rows } = await setUp()
    await deny('Not now')
    expect(mutes.until('g1')).toBeNull()
    expect(await deny('Ask me first')).toMatchObject(
      refusedAs('approval_denied', { reason: 'The person said no: Ask me first' }),
    )
    expect(browser.seen.ends.map(({ how }) => how)).toEqual(['denied', 'denied'])
    expect(await ask()).toMatchObject(refusedAs('muted', { rule: '(muted)', retryAfter: 15 * 60 }))
    expect(browser.seen.prompts).toEqual([])
    expect(mutes.until('g2')).toBeNull()
    expect(rows().slice(-3)).toEqual([
      'approval save_session refused approval_denied',
      'approval save_session refused approval_denied',
      'muted done',
    ])
  })

  it('are counted across a restart between them', async () => {
    const { deny, reopen, time, mutes } = await setUp()
    await deny()
    time.advance(minute / 2)
    const again = reopen()
    again.denied({ grant: { id: 'g1', label: 'Claude' }, tool: 'save_session' })
    await Promise.resolve()
    expect(again.until('g1')).not.toBeNull()
    expect(mutes.until('g1')).toBeNull()
  })

  it('mute all or nothing: when the disk does not take it, the answer does not count', async () => {
    const { deny, ask, browser, broker, meddle, mutes } = await setUp()
    await deny()
    meddle("create trigger full before insert on ledger when new.kind = 'muted' begin select raise(abort, 'full'); end")
    const asked = ask()
    const prompt = await browser.prompted()
    expect(await broker.answer(browser, await browser.sign(prompt, 'deny'))).toMatchObject({ kind: 'refused' })
    expect([mutes.until('g1'), browser.seen.prompts.length]).toEqual([null, 1])
    meddle('drop trigger full')
    await broker.answer(browser, await browser.sign(prompt, 'deny'))
    expect(await asked).toMatchObject(refusedAs('approval_denied'))
    expect(mutes.until('g1')).not.toBeNull()
  })

  it('are not a silence, nor a question that was withdrawn, nor a no to a policy', async () => {
    const { ask, browser, mutes, time } = await setUp()
    for (let times = 0; times < 3; times += 1) {
      const gone = new AbortController()
      const asked = ask('save_session', gone.signal)
      await browser.prompted()
      if (times === 0) time.advance(600_000)
      else gone.abort()
      await asked
    }
    for (let times = 0; times < 3; times += 1) {
      mutes.denied({ grant: { id: 'terminal', label: 'Terminal' }, tool: 'accept policy' })
    }
    expect([mutes.until('g1'), mutes.until('terminal')]).toEqual([null, null])
  })
})

describe('a mute', () => {
  it('ends the calls that wait, and takes their questions away', async () => {
    const { ask, browser, mutes } = await setUp()
    const waiting = ask()
    await browser.prompted()
    mutes.mute(claude, terminal)
    expect(await waiting).toMatchObject(refusedAs('muted', { rule: '(muted)', retryAfter: 15 * 60 }))
    expect(browser.seen.prompts).toEqual([])
  })

  it('comes after a pause, and before the policy', async () => {
    const { ask, mutes, pause } = await setUp()
    mutes.mute(claude, terminal)
    expect(await ask('unheard_of')).toMatchObject(refusedAs('muted'))
    await pause.pause('Chrome')
    expect(await ask()).toMatchObject(refusedAs('paused'))
  })

  it('ends by itself, at the latest by either clock, and tells of it', async () => {
    const { mutes, reopen, time } = await setUp()
    let told = 0
    mutes.onChange(() => {
      told += 1
    })
    mutes.mute(claude, terminal)
    const { aborted } = mutes.signal('g1')
    time.setWall(time.wall() - 60 * minute)
    time.advance(15 * minute - 1000)
    expect([aborted, mutes.until('g1') === null, reopen().until('g1') === null]).toEqual([true, false, false])
    const before = told
    time.advance(1000)
    expect([mutes.until('g1'), mutes.signal('g1').aborted, told - before]).toEqual([null, false, 1])
  })

  it.each([
    ['taken out', "delete from sealed_items where name like 'mute %'"],
    ['spoiled', "update sealed_items set sealed = x'00' where name like 'mute %'"],
    ['taken out of the ledger', "delete from ledger where kind = 'muted'"],
    ['torn in the ledger', "update ledger set details = 'torn' where kind = 'muted'"],
  ])('holds at the next start where its memory was %s', async (_how, sql) => {
    const { ledger, meddle, mutes, reopen } = await setUp()
    mutes.mute(claude, terminal)
    ledger.append({ kind: 'paused', asker: terminal })
    meddle(sql)
    expect(reopen().until('g1')).not.toBeNull()
  })

  it('holds where an older memory was put back, from before it or from one that was over', async () => {
    const { items, meddle, mutes, reopen, time, unmute } = await setUp()
    mutes.mute(claude, terminal)
    const muted = items.get('mute g1') ?? new Uint8Array()
    time.advance(1000)
    unmute()
    const unmuted = items.get('mute g1') ?? new Uint8Array()
    expect(reopen().until('g1')).toBeNull()
    items.put('mute g1', muted)
    expect(reopen().until('g1')).not.toBeNull()
    unmute(reopen())
    expect(reopen().until('g1')).toBeNull()
    reopen().mute(claude, terminal)
    items.put('mute g1', unmuted)
    expect(reopen().until('g1')).not.toBeNull()
    meddle("delete from sealed_items where name like 'mute %'")
    expect(Date.parse(reopen().until('g1') ?? '') - time.wall()).toBe(30 * minute)
  })

  it('holds where an entry was added that it was lifted, and its memory taken out or put back from before', async () => {
    const { items, ledger, meddle, mutes, reopen, unmute } = await setUp()
    mutes.mute(claude, terminal)
    unmute()
    const unmuted = items.get('mute g1') ?? new Uint8Array()
    mutes.mute(claude, terminal)
    ledger.append({ kind: 'unmuted', asker: terminal, details: claude })
    items.put('mute g1', unmuted)
    expect(reopen().until('g1')).not.toBeNull()
    meddle("delete from sealed_items where name like 'mute %'")
    expect(reopen().until('g1')).not.toBeNull()
    unmute(reopen())
    expect(reopen().until('g1')).toBeNull()
  })

  it('is told of in a year that can be written, also where the ledger was led to the end of time', async () => {
    const { ledger, meddle, reopen } = await setUp()
    ledger.append({ kind: 'stop', asker: terminal })
    meddle("update ledger set at = '9999-12-31T23:59:59.999Z'")
    const mutes = reopen()
    mutes.mute(claude, terminal)
    expect([mutes.until('g1'), reopen().until('g1')]).toEqual(Array(2).fill('9999-12-31T23:59:59.999Z'))
    expect(mutes.refusal('g1')).toMatchObject({ code: 'muted', retryAfter: 15 * 60 })
  })

  it('that does not open any more can be lifted for good', async () => {
    const { meddle, mutes, reopen, unmute } = await setUp()
    mutes.mute(claude, terminal)
    meddle("update sealed_items set sealed = x'00' where name like 'mute %'")
    unmute(reopen())
    expect(reopen().until('g1')).toBeNull()
  })

  it('holds even when the disk does not take it, and is not lifted when the disk does not take that', async () => {
    const { database, mutes, unmute } = await setUp()
    database.script('pragma query_only = 1')
    expect(() => mutes.mute(claude, terminal)).toThrow('does not take writes')
    expect(mutes.until('g1')).not.toBeNull()
    expect(() => unmute()).toThrow('does not take writes')
    expect(mutes.until('g1')).not.toBeNull()
  })
})

describe('the terminal', () => {
  it('is an asker, too: muted, and held to so many questions a minute, whatever becomes of them', async () => {
    const { authorize, browser, mutes, time } = await setUp()
    const claim = { program: 'zsh', parent: 'code', pid: 7, folder: '/home/ada' }
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim } as const
    const ask = async () => {
      const gone = new AbortController()
      const byBrowser = new Map([[browser.fingerprint, { kind: 'add-agent', label: 'x', account: null } as const]])
      const subjects = () => Promise.resolve({ kind: 'ready', byBrowser } as const)
      const action = `add agent ${randomUUID()}`
      const wish = { asker, action, reason: null, args: '0'.repeat(64), patience: 600, subjects }
      const road = authorize(wish, gone.signal)
      await Promise.race([browser.prompted(), road])
      gone.abort()
      return road
    }
    for (let times = 0; times < 30; times += 1) expect(await ask()).toMatchObject(refusedAs('cancelled'))
    expect(await ask()).toMatchObject(refusedAs('rate_limited', { rule: '(terminal)', retryAfter: 60 }))
    time.advance(minute)
    expect(await ask()).toMatchObject(refusedAs('cancelled'))
    mutes.mute({ grant: 'terminal', label: 'Terminal' }, terminal)
    expect(await ask()).toMatchObject(refusedAs('muted', { retryAfter: 15 * 60 }))
  })
})
