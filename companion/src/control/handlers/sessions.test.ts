import { describe, expect, it } from 'vitest'
import type { SessionAsks } from '../../access/session-asks.ts'
import { sampleSession, sent } from '../../testing/sample-session.ts'
import { tempHouse } from '../../testing/temp-house.ts'
import { sessionList, sessionShown, sessionsVerified } from '../session-answers.ts'
import { sessionHandlers } from './sessions.ts'

const claim = { program: 'test', parent: 'test', pid: 1, folder: '/' }

const setUp = async () => {
  const house = await tempHouse()
  const { vault, time } = house
  const never = () => Promise.reject(new Error('Nobody is asked here'))
  const asks: SessionAsks = { restore: never, rename: never, forget: never }
  const handlers = sessionHandlers({ vault, asks })
  /** As it comes out at the other end of the control socket. */
  const ask = async (name: string, params: object): Promise<unknown> => {
    const handler = handlers.find((each) => each.name === name)
    if (handler === undefined) throw new Error(`Nobody answers ${name}`)
    const { signal } = new AbortController()
    return JSON.parse(JSON.stringify(await handler.run(params, { claim, signal, event: () => undefined })))
  }
  const save = async (account: string, value: string) => {
    time.advance(60_000)
    await vault.save(...(await sent(sampleSession({ account }, value))))
  }
  for (const value of ['a-canary-1', 'a-canary-2', 'a-canary-3']) await save('ada', value)
  await save('eve', 'a-canary')
  vault.nameAccount('eve', 'Night')
  return { ...house, ask, save }
}

describe('what the terminal hears of saved sessions', () => {
  it('is every account with its versions, the one saved last first', async () => {
    const { ask, meddle } = await setUp()
    meddle('update vault_records set summary = zeroblob(40) where version = 3 or rowid = 4')
    const { accounts, unknown } = sessionList.parse(await ask('session.list', {}))
    expect(
      accounts.map(({ account, versions }) => [account, versions.map((each) => [each.version, each.damaged])]),
    ).toEqual([
      [
        'ada',
        [
          [3, true],
          [2, false],
          [1, false],
        ],
      ],
    ])
    expect(unknown).toBe(1)
    expect(await ask('session.list', { account: 'eve' })).toMatchObject({
      accounts: [{ account: 'eve', name: 'Night', versions: [{ damaged: true }] }],
      unknown: 0,
    })
  })

  it('is one version by its names: the newest of the account saved last, unless told', async () => {
    const { ask } = await setUp()
    const shown = sessionShown.parse(await ask('session.show', {}))
    expect(shown).toMatchObject({ account: 'eve', name: 'Night', version: 1, newest: true })
    expect(sessionShown.parse(await ask('session.show', { account: 'ada', version: 2 }))).toMatchObject({
      newest: false,
      summary: { cookieNames: ['master_access_token'], origins: [{ origin: 'https://www.upwork.com', keys: 1 }] },
    })
    await expect(ask('session.show', { account: 'ada', version: 9 })).rejects.toMatchObject({ code: 'no_such_version' })
    await expect(ask('session.show', { account: 'bob' })).rejects.toMatchObject({
      message: 'No session of this account is saved. There are: eve ("Night"), ada.',
    })
  })

  it('is what changed since the version before, passing over what does not open', async () => {
    const { ask, meddle } = await setUp()
    const diff = (wish: object) => ask('session.diff', { account: 'ada', ...wish })
    expect(await diff({})).toMatchObject({ from: 2, to: 3, cookies: { changed: ['master_access_token'] } })
    expect(await diff({ from: 1 })).toMatchObject({ from: 1, to: 3 })
    expect(await diff({ from: 3, to: 1 })).toMatchObject({ from: 3, to: 1 })
    meddle('update vault_records set summary = zeroblob(40) where version = 2')
    const told = await diff({})
    expect(told).toMatchObject({ from: 1, to: 3 })
    expect(JSON.stringify(told)).not.toContain('canary')
    await expect(ask('session.diff', {})).rejects.toMatchObject({
      message: 'Of this account there is no other version.',
    })
  })

  it('is how each record is', async () => {
    const { ask, meddle } = await setUp()
    meddle('update vault_records set session = zeroblob(40) where version = 2')
    const all = sessionsVerified.parse(await ask('session.verify', {}))
    expect(all.map(({ account, version, is }) => `${account} ${version} ${is}`)).toEqual([
      'eve 1 good',
      'ada 3 good',
      'ada 2 damaged',
      'ada 1 good',
    ])
  })

  it('forgets no account that was not told, and takes no name without letters', async () => {
    const { ask } = await setUp()
    await expect(ask('session.forget', { version: null })).rejects.toMatchObject({ code: 'invalid_arguments' })
    for (const name of ['', ' '.repeat(3), 'x'.repeat(61)]) {
      await expect(ask('session.rename', { account: 'ada', name })).rejects.toMatchObject({ code: 'invalid_arguments' })
    }
  })
})
