import { sessionDigest } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { openTab, signedIn, tempHouse } from '../testing/temp-house.ts'
import type { Wish } from './authorize.ts'
import { describeSaves } from './save-subjects.ts'

const canary = 'canary-7f3a91'

const clickable = async (session = signedIn('ada', canary), name: string | null = null) => ({
  session,
  name,
  digest: await sessionDigest(session),
  by: 'click' as const,
})

const setUp = async () => {
  const house = await tempHouse()
  const { authorize, broker, browser, calls, pinnedTo, saves, vault } = house
  openTab(browser, signedIn('ada', canary))
  const wish: Wish = {
    asker: { kind: 'agent', grant: 'g1', label: 'Claude', claim: null },
    action: 'save_session',
    reason: null,
    args: 'a'.repeat(64),
    patience: 600,
    subjects: describeSaves(vault, pinnedTo),
  }
  /** The ask's way, as a tool takes it. */
  const ask = async (signal = new AbortController().signal) => {
    const road = await authorize(wish, signal)
    if (road.kind !== 'approved') return road
    const entry = calls.prepare({ kind: 'agent', label: 'Claude' }, 'save_session')
    const again = (patience: number) => authorize({ ...wish, patience }, signal)
    return saves.fromAsk({ grant: 'g1', approval: road.approval, entry, again }, signal)
  }
  const approve = async () => {
    const prompt = await browser.prompted()
    expect(await broker.answer(browser, await browser.sign(prompt, 'approve'))).toEqual({ kind: 'accepted' })
    return prompt
  }
  return { ...house, ask, approve }
}

describe('a save by click', () => {
  it('gives a receipt, and enters intent before and outcome after', async () => {
    const { saves, browser, rows, ledger } = await setUp()
    const receipt = await saves.fromClick(browser, await clickable(undefined, 'Ada at work'))
    expect(receipt).toMatchObject({ kind: 'saved', version: 1, accountName: 'Ada at work', ledgerEntry: 2 })
    expect(rows()).toEqual(['call save_session intent', 'session_saved save_session done', 'call save_session done'])
    expect(JSON.stringify([receipt, ledger.list()])).not.toContain(canary)
  })

  it('saves the versions of one account one after the other', async () => {
    const { saves, browser } = await setUp()
    const receipts = await Promise.all([1, 2, 3].map(async () => saves.fromClick(browser, await clickable())))
    // Which of them is first is up to who digests them.
    const versions = receipts.map((receipt) => receipt.kind === 'saved' && receipt.version)
    expect(new Set(versions)).toEqual(new Set([1, 2, 3]))
  })

  it('leaves the stored session alone when the tab is signed out or not what it says', async () => {
    const { saves, browser, vault, rows } = await setUp()
    await saves.fromClick(browser, await clickable())
    const { cookies } = signedIn()
    const signedOut = { ...signedIn(), cookies: cookies.slice(1) }
    expect(await saves.fromClick(browser, await clickable(signedOut))).toMatchObject({ code: 'signed_out' })
    const another = { ...signedIn(), account: 'eve' }
    expect(await saves.fromClick(browser, await clickable(another))).toMatchObject({ code: 'capture_refused' })
    const changed = { ...(await clickable()), digest: '0'.repeat(64) }
    expect(await saves.fromClick(browser, changed)).toMatchObject({ code: 'save_not_verified' })
    expect(vault.latest()?.version).toBe(1)
    expect(rows().slice(-2)).toEqual(['call save_session intent', 'call save_session refused save_not_verified'])
  })

  it('leaves the account’s name alone, too, when it is refused', async () => {
    const { saves, browser, vault } = await setUp()
    await saves.fromClick(browser, await clickable(undefined, 'Ada at work'))
    const changed = { ...(await clickable(undefined, 'Eve')), digest: '0'.repeat(64) }
    expect(await saves.fromClick(browser, changed)).toMatchObject({ code: 'save_not_verified' })
    expect(vault.accountName('ada')).toBe('Ada at work')
  })

  it('refuses with the disk’s own code when nothing can be written', async () => {
    const { saves, browser, database, vault } = await setUp()
    await saves.fromClick(browser, await clickable())
    database.script('pragma query_only = 1')
    const sent = await clickable()
    expect(await saves.fromClick(browser, sent)).toMatchObject({ kind: 'refused', code: 'disk_read_only' })
    expect(vault.latest()?.version).toBe(1)
  })
})

describe('a save that was asked for', () => {
  it('takes the capture after the yes, and tells the browser', async () => {
    const { ask, approve, browser, rows } = await setUp()
    const asked = ask()
    const { id } = await approve()
    expect(await asked).toMatchObject({ kind: 'saved', version: 1 })
    expect(browser.seen.ends).toEqual([{ id, how: 'done', text: 'Saved: 2 cookies of ada, version 1.' }])
    expect(browser.seen.taken).toEqual([id])
    expect(rows()).toEqual([
      'approval save_session done',
      'call save_session intent',
      'session_saved save_session done',
      'call save_session done',
    ])
  })

  it('asks again with what is there now when the tab changed, three times at most', async () => {
    const { ask, approve, browser, broker, vault } = await setUp()
    browser.gives.take = () => Promise.resolve({ kind: 'changed' })
    const asked = ask()
    const ids = new Set<string>()
    for (let round = 0; round < 4; round += 1) ids.add((await approve()).id)
    expect(await asked).toMatchObject({ kind: 'refused', code: 'approval_changed' })
    expect(ids.size).toBe(4)
    expect(browser.seen.ends.map(({ how }) => how)).toEqual(['changed', 'changed', 'changed', 'changed'])
    expect(broker.pending()).toBe(0)
    expect(vault.latest()).toBeUndefined()
  })

  it('does not store another account than was shown, whatever the browser says', async () => {
    const { ask, approve, browser, vault } = await setUp()
    const other = signedIn('eve')
    const digest = await sessionDigest(other)
    browser.gives.take = () => {
      openTab(browser, signedIn('ada'))
      return Promise.resolve({ kind: 'taken', session: other, digest })
    }
    const asked = ask()
    await approve()
    await approve()
    expect(await asked).toMatchObject({ kind: 'saved', summary: { account: 'ada' } })
    expect(vault.accounts().map(({ account }) => account)).toEqual(['ada'])
  })

  it('keeps the first deadline when it asks again', async () => {
    const { ask, approve, browser, time } = await setUp()
    browser.gives.take = () => Promise.resolve({ kind: 'changed' })
    const asked = ask()
    const first = await browser.prompted()
    time.advance(400_000)
    await approve()
    expect((await browser.prompted()).deadline).toBe(first.deadline)
    time.advance(200_000)
    expect(await asked).toMatchObject({ kind: 'refused', code: 'approval_timed_out' })
  })

  it('waits for a browser whose connection is lost between the yes and the capture', async () => {
    const { ask, approve, browser, browsers } = await setUp()
    const { CountersignError } = await import('@countersign/shared/errors')
    const back = { ...browser }
    browser.take = () => {
      browsers.lose(browser)
      setImmediate(() => browsers.connect(back))
      return Promise.reject(new CountersignError('peer_closed'))
    }
    const asked = ask()
    await approve()
    expect(await asked).toMatchObject({ kind: 'saved' })
  })

  it('fails in the prompt and in the result alike', async () => {
    const { ask, approve, browser } = await setUp()
    browser.gives.take = () => Promise.resolve({ kind: 'signed-out', origin: 'https://www.upwork.com' })
    const asked = ask()
    await approve()
    const result = await asked
    expect(result).toMatchObject({ kind: 'refused', code: 'signed_out' })
    expect(browser.seen.ends.map(({ how, text }) => `${how}: ${text}`)).toEqual([
      'failed: The Upwork tab is signed out. Sign in to Upwork there, then try again.',
    ])
  })
})

describe('the order of refusals', () => {
  it('goes from paused to the tab, none of them with a prompt', async () => {
    const { ask, browser, browsers, pause } = await setUp()
    const codeNow = async () => {
      const road = await ask()
      return road.kind === 'refused' && 'refusal' in road ? road.refusal.code : road
    }
    browser.gives.describe = () => Promise.resolve({ kind: 'signed-out', origin: 'https://www.upwork.com' })
    expect(await codeNow()).toBe('signed_out')
    browser.gives.describe = () => Promise.resolve({ kind: 'no-tab' })
    expect(await codeNow()).toBe('no_upwork_tab')
    browsers.lose(browser)
    expect(await codeNow()).toBe('browser_not_connected')
    await pause.pause('Chrome')
    expect(await codeNow()).toBe('paused')
    expect(browser.seen.prompts).toEqual([])
  })

  it('ends a call that waits when everything is paused', async () => {
    const { ask, browser, pause } = await setUp()
    const asked = ask()
    await browser.prompted()
    await pause.pause('Chrome')
    expect(await asked).toMatchObject({ kind: 'refused', refusal: { code: 'paused' } })
    expect(browser.seen).toMatchObject({ prompts: [], ends: [{ how: 'cancelled' }] })
  })
})
