import { describe, expect, it } from 'vitest'
import { sampleSession, sent } from '../testing/sample-session.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { createSessionActs } from './session-acts.ts'
import { createSessionChanges } from './session-changes.ts'
import { createSessionViews } from './session-views.ts'

const setUp = async () => {
  const house = await tempHouse()
  const { calls, database, vault } = house
  const acts = createSessionActs({ calls, changes: createSessionChanges({ database, vault }) })
  const views = createSessionViews(vault)
  for (const value of ['a-canary-of-one', 'a-canary-of-two'])
    await vault.save(...(await sent(sampleSession({}, value))))
  return { ...house, acts, views }
}

describe('her own acts about saved sessions', () => {
  it('restore, name and forget, each with its rows, paused or not', async () => {
    const { acts, pause, rows, vault } = await setUp()
    await pause.pause('Chrome')
    const before = rows().length
    await acts({ tool: 'restore', account: 'ada', version: 1 }, 'Chrome')
    await acts({ tool: 'name-account', account: 'ada', name: 'Work' }, 'Chrome')
    expect(vault.latest('ada')).toMatchObject({ version: 3, accountName: 'Work' })
    await acts({ tool: 'forget-session', account: 'ada', version: 2 }, 'Chrome')
    expect(vault.versions('ada').map(({ version }) => version)).toEqual([3, 1])
    await acts({ tool: 'forget-session', account: 'ada', version: null }, 'Chrome')
    expect([vault.list(), vault.accountName('ada')]).toEqual([[], null])
    expect(rows().slice(before)).toEqual([
      'call restore session intent',
      'session_restored restore session done',
      'call restore session done',
      'call rename account intent',
      'account_named rename account done',
      'call rename account done',
      'call forget session intent',
      'session_forgotten forget session done',
      'call forget session done',
      'call forget session intent',
      'session_forgotten forget session done',
      'call forget session done',
    ])
  })

  it('are refused about what is not there, and the ledger says so', async () => {
    const { acts, rows, vault } = await setUp()
    await expect(acts({ tool: 'restore', account: 'ada', version: 9 }, 'Chrome')).rejects.toMatchObject({
      code: 'no_such_version',
    })
    await expect(acts({ tool: 'name-account', account: 'bob', name: 'Bob' }, 'Chrome')).rejects.toMatchObject({
      code: 'no_such_session',
    })
    expect(rows().slice(-2)).toEqual(['call rename account intent', 'call rename account refused no_such_session'])
    expect(vault.accountName('bob')).toBeNull()
  })
})

describe('what a browser sees of an account', () => {
  it('is counts, ages and names, and no value', async () => {
    const { meddle, views } = await setUp()
    expect(views.difference('ada', 1, 2)).toMatchObject({
      kind: 'difference',
      difference: {
        from: 1,
        to: 2,
        cookies: { changed: ['master_access_token'] },
        storage: { changed: ['k (local, https://www.upwork.com)'] },
      },
    })
    meddle("update vault_records set summary = zeroblob(40), saved_at = 'never' where version = 1")
    const history = views.history('ada')
    expect(history).toMatchObject({
      kind: 'history',
      versions: [
        { version: 2, cookies: 1, origins: 1, damaged: false },
        { version: 1, cookies: 0, damaged: true, savedAt: '2026-11-22T12:00:00.000Z' },
      ],
    })
    expect(JSON.stringify([history, views.difference('ada', 2, 2)])).not.toContain('canary')
  })

  it('is a refusal about what is not there, or does not open', async () => {
    const { meddle, views } = await setUp()
    expect(views.history('bob')).toMatchObject({ kind: 'refused', code: 'no_such_session' })
    expect(views.difference('ada', 1, 7)).toMatchObject({ kind: 'refused', code: 'no_such_version' })
    meddle('update vault_records set session = zeroblob(90) where version = 1')
    expect(views.difference('ada', 1, 2)).toMatchObject({ kind: 'refused', code: 'vault_record_damaged' })
  })
})
