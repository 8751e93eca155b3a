import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it } from 'vitest'
import { sampleSession, sent } from '../testing/sample-session.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { createSessionAsks } from './session-asks.ts'
import { createSessionChanges } from './session-changes.ts'
import { createTerminalAct } from './terminal-act.ts'

const claim = { program: 'bash', parent: 'tmux', pid: 7, folder: '/home/ada' }
const never = new AbortController().signal

const setUp = async () => {
  const house = await tempHouse()
  const { authorize, broker, browser, calls, database, vault } = house
  const act = createTerminalAct({ authorize, broker, calls, patience: 600 })
  const asks = createSessionAsks({ act, vault, changes: createSessionChanges({ database, vault }) })
  const save = async (value: string, account = 'ada') => {
    const outcome = await vault.save(...(await sent(sampleSession({ account }, value))))
    if (outcome.kind !== 'saved') throw new Error(outcome.refusal.reason)
  }
  /** Her answer to what is asked, after `meanwhile`. */
  const after = async <T>(
    asked: Promise<T>,
    how: 'approve' | 'deny' = 'approve',
    meanwhile: () => unknown = () => undefined,
  ): Promise<T> => {
    asked.catch(() => undefined)
    const prompt = await browser.prompted()
    await meanwhile()
    const signed: Countersigned = await browser.sign(prompt, how)
    await broker.answer(browser, signed)
    return asked
  }
  const subject = () => browser.seen.prompts[0]?.subject
  const newest = () => vault.openVersion('ada', vault.latest('ada')?.version ?? 0).cookies[0]?.value.reveal()
  const versions = (account = 'ada') => vault.versions(account).map(({ version }) => version)
  await save('first')
  await save('second')
  return { ...house, asks, save, after, subject, newest, versions }
}

describe('restoring a version from the terminal', () => {
  it('asks with that version and the newest, and then it is the newest', async () => {
    const { asks, after, browser, newest, rows, versions, ledger } = await setUp()
    const asked = asks.restore({ version: 1 }, claim, never)
    const prompt = await browser.prompted()
    expect([prompt.action, prompt.subject]).toMatchObject([
      'restore session',
      { kind: 'restore-session', account: 'ada', accountName: null, version: { version: 1 }, newest: { version: 2 } },
    ])
    const { saved, ledgerEntry } = await after(asked)
    expect([saved.version, newest(), versions()]).toEqual([3, 'first', [3, 2, 1]])
    expect(rows().slice(-4)).toEqual([
      'call restore session intent',
      'approval restore session done',
      'session_restored restore session done',
      'call restore session done',
    ])
    expect(ledger.list().find(({ seq }) => seq === ledgerEntry)?.details).toEqual({ version: 3, from: 1 })
  })

  it('asks nobody about one that is not there, is damaged, or is the newest', async () => {
    const { asks, browser, meddle, save } = await setUp()
    await save('third')
    meddle('update vault_records set session = zeroblob(90) where version = 2')
    const wish = (version: number) => asks.restore({ version }, claim, never)
    await expect(wish(9)).rejects.toMatchObject({ code: 'no_such_version' })
    await expect(wish(2)).rejects.toMatchObject({ code: 'vault_record_damaged' })
    await expect(wish(3)).rejects.toMatchObject({ message: 'Version 3 is the newest already.' })
    await expect(asks.restore({ version: 1, account: 'bob' }, claim, never)).rejects.toMatchObject({
      code: 'no_such_session',
    })
    expect(browser.seen.prompts).toEqual([])
  })

  it('wants to be told whose, where there are several', async () => {
    const { asks, save, vault } = await setUp()
    await save('eve’s', 'eve')
    vault.nameAccount('eve', 'Night')
    await expect(asks.restore({ version: 1 }, claim, never)).rejects.toMatchObject({
      code: 'account_unclear',
      message: 'Several accounts have saved sessions: eve ("Night"), ada.',
    })
    vault.nameAccount('ada', 'Night')
    await expect(asks.restore({ version: 1, account: 'Night' }, claim, never)).rejects.toMatchObject({
      code: 'account_unclear',
      message: 'Several accounts have this name: eve ("Night"), ada ("Night").',
    })
  })

  it.each([
    ['it was saved again', async ({ save }: House) => save('third')],
    ['it was given a name', ({ vault }: House) => vault.nameAccount('ada', 'Work')],
    ['the newest was forgotten', ({ vault }: House) => vault.forget('ada', 2)],
  ])('restores nothing when meanwhile %s', async (_what, meanwhile) => {
    const house = await setUp()
    const asked = house.asks.restore({ version: 1 }, claim, never)
    await expect(house.after(asked, 'approve', () => meanwhile(house))).rejects.toMatchObject({
      code: 'approval_changed',
    })
    expect(house.rows().at(-1)).toMatch(/^call restore session refused/)
    expect(house.rows().some((row) => row.startsWith('session_restored'))).toBe(false)
  })
})

type House = Awaited<ReturnType<typeof setUp>>

describe('naming an account from the terminal', () => {
  it('asks with both names, and leaves none in the ledger', async () => {
    const { asks, after, ledger, rows, subject, vault } = await setUp()
    const asked = asks.rename({ account: 'ada', name: 'canary-name' }, claim, never)
    await after(asked, 'approve', () => expect(subject()).toMatchObject({ accountName: null, to: 'canary-name' }))
    expect(vault.accountName('ada')).toBe('canary-name')
    await after(asks.rename({ account: 'canary-name', name: null }, claim, never))
    expect(vault.accountName('ada')).toBeNull()
    expect(rows().filter((row) => row.startsWith('account_named'))).toHaveLength(2)
    expect(JSON.stringify(ledger.list())).not.toMatch(/canary-name|"ada"/)
  })

  it('changes nothing after a no, and nothing when it has another name by then', async () => {
    const { asks, after, vault } = await setUp()
    const rename = () => asks.rename({ account: 'ada', name: 'Work' }, claim, never)
    await expect(after(rename(), 'deny')).rejects.toMatchObject({ code: 'approval_denied' })
    await expect(after(rename(), 'approve', () => vault.nameAccount('ada', 'Home'))).rejects.toMatchObject({
      code: 'approval_changed',
    })
    expect(vault.accountName('ada')).toBe('Home')
  })
})

describe('forgetting from the terminal', () => {
  it('asks how much goes and stays, and erases just that', async () => {
    const { asks, after, ledger, subject, versions } = await setUp()
    const one = asks.forget({ version: 2 }, claim, never)
    const forgotten = await after(one, 'approve', () =>
      expect(subject()).toMatchObject({ kind: 'forget-session', version: { version: 2 }, goes: 1, stays: 1 }),
    )
    expect(forgotten).toMatchObject({ account: 'ada', goes: 1, stays: 1, swept: true })
    expect(versions()).toEqual([1])
    const all = asks.forget({ version: null, account: 'ada' }, claim, never)
    await after(all, 'approve', () => expect(subject()).toMatchObject({ version: null, goes: 1, stays: 0 }))
    expect(versions()).toEqual([])
    const details = ledger.list().flatMap((row) => (row.kind === 'session_forgotten' ? [row.details] : []))
    expect(details).toEqual([
      { version: 2, goes: 1, stays: 1 },
      { version: null, goes: 1, stays: 0 },
    ])
  })

  it('erases nothing after a no, nor when there is more by then than she was shown', async () => {
    const { asks, after, save, versions } = await setUp()
    const all = () => asks.forget({ version: null, account: 'ada' }, claim, never)
    await expect(after(all(), 'deny')).rejects.toMatchObject({ code: 'approval_denied' })
    await expect(after(all(), 'approve', () => save('third'))).rejects.toMatchObject({ code: 'approval_changed' })
    expect(versions()).toEqual([3, 2, 1])
  })

  it('erases nothing when the ledger takes no row of it', async () => {
    const { asks, after, meddle, vault, versions } = await setUp()
    vault.nameAccount('ada', 'Work')
    meddle(
      "create trigger full before insert on ledger when new.kind = 'session_forgotten' begin select raise(abort, 'full'); end",
    )
    const all = asks.forget({ version: null, account: 'ada' }, claim, never)
    await expect(after(all)).rejects.toBeInstanceOf(CountersignError)
    expect([versions(), vault.accountName('ada')]).toEqual([[2, 1], 'Work'])
  })

  it('takes along what does not open, by the account’s id', async () => {
    const { asks, after, meddle, vault } = await setUp()
    meddle('update vault_records set summary = zeroblob(40)')
    expect(vault.accounts()).toEqual([])
    expect(await after(asks.forget({ version: null, account: 'ada' }, claim, never))).toMatchObject({ goes: 2 })
    expect(vault.list()).toEqual([])
  })

  it('is not asked while agents are paused', async () => {
    const { asks, pause, versions } = await setUp()
    await pause.pause('Chrome')
    await expect(asks.forget({ version: 1 }, claim, never)).rejects.toMatchObject({ code: 'paused' })
    expect(versions()).toEqual([2, 1])
  })
})
