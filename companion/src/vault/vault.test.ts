import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asCountersignError } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import { encodeSession, type Session } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { createDatabase } from '../database/database.ts'
import { openBinding, type Binding } from '../database/bind.ts'
import { bytes as anyColumn } from '../database/bytes.ts'
import { z } from 'zod'
import { fakeTime } from '../testing/fake-time.ts'
import { sampleSession, sent } from '../testing/sample-session.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createVault, type Saved, type Vault } from './vault.ts'

const open = (wrap: (binding: Binding) => Binding = (binding) => binding) => {
  const { database: made, folder, meddle } = tempDatabase()
  made.close()
  const database = createDatabase(() => wrap(openBinding(folder.database)))
  database.script('pragma secure_delete = on')
  const masterKey = new Secret<Uint8Array>(randomBytes(32))
  const time = fakeTime()
  const era = { now: 'one', id: () => era.now }
  const vault = createVault({ database, masterKey, era, time, random: randomBytes })
  return { vault, database, folder, meddle, time, era }
}
const save = async (vault: Vault, session: Session): Promise<Saved> => {
  const outcome = await vault.save(...(await sent(session)))
  if (outcome.kind !== 'saved') throw new Error(outcome.refusal.reason)
  return outcome
}
const valueOf = (session: Session) => session.cookies[0]?.value.reveal()

it('opens a session only in the era in which it was saved', async () => {
  const { vault, era } = open()
  const { id } = await save(vault, sampleSession())
  era.now = 'two'
  expect(thrownBy(() => vault.open(id)).code).toBe('vault_record_damaged')
  expect(vault.accounts()).toEqual([])
})

describe('a save', () => {
  it('gives a receipt, and the session comes back as it was sent', async () => {
    const { vault } = open()
    const session = sampleSession()
    const saved = await save(vault, session)
    expect(saved).toMatchObject({ account: 'ada', accountName: null, version: 1, savedAt: '2026-11-22T12:00:00.000Z' })
    expect(saved.summary.cookies).toBe(1)
    expect(encodeSession(vault.open(saved.id))).toEqual(encodeSession(session))
    expect(vault.latest()).toEqual(saved)
  })

  it('adds a version to its account and leaves the others alone', async () => {
    const { vault } = open()
    await save(vault, sampleSession({}, 'first'))
    const eve = await save(vault, sampleSession({ account: 'eve' }))
    const ada = await save(vault, sampleSession({}, 'second'))
    expect([eve.version, ada.version]).toEqual([1, 2])
    expect(vault.accounts()).toEqual([ada, eve])
    expect(vault.latest('eve')).toEqual(eve)
    expect(vault.latest('bob')).toBeUndefined()
    expect(vault.list()).toHaveLength(3)
  })

  it('keeps ten versions of an account and erases older ones from the disk', async () => {
    const { vault, folder, database } = open()
    const first = await save(vault, sampleSession())
    const wrapped = () =>
      database.getFromDisk('select wrapped_key as b from vault_records where id = ?', [first.id], anyBytes)
    const bytes = Buffer.from(wrapped()?.b ?? [])
    database.checkpoint()
    expect(onDisk(folder.path).includes(bytes)).toBe(true)
    for (let more = 0; more < 10; more += 1) await save(vault, sampleSession())
    expect(vault.list().map(({ version }) => version)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    expect(thrownBy(() => vault.open(first.id)).code).toBe('no_such_session')
    expect(onDisk(folder.path).includes(bytes)).toBe(false)
  })

  it('leaves no value and no account in the clear on the disk', async () => {
    const { vault, folder } = open()
    await save(vault, sampleSession({ account: 'canary-account' }, 'canary-value'))
    vault.nameAccount('canary-account', 'canary-name')
    expect(onDisk(folder.path).includes('canary')).toBe(false)
    expect(vault.latest()?.accountName).toBe('canary-name')
  })

  it('is refused when the browser sent another digest, and stores nothing', async () => {
    const { vault } = open()
    const [, digest] = await sent(sampleSession({}, 'another'))
    expect(await vault.save(sampleSession(), digest)).toMatchObject({ refusal: { code: 'save_not_verified' } })
    expect(vault.list()).toEqual([])
  })
})

describe('a disk that fails', () => {
  const insert = /^insert into vault_records/

  it('gives a coded error, and the last good session stays', async () => {
    const { vault, database } = open()
    const good = await save(vault, sampleSession({}, 'good'))
    database.script('pragma max_page_count = 1')
    const large = sampleSession({}, 'x'.repeat(200_000))
    await expect(save(vault, large)).rejects.toMatchObject({ code: 'disk_full' })
    expect(vault.list()).toEqual([good])
    expect(valueOf(vault.open(good.id))).toBe('good')
  })

  it('that writes other bytes than it was told gives no receipt', async () => {
    let bad = false
    const { vault } = open((binding) => ({
      ...binding,
      change: (sql, params) => {
        const flipped = params.map((value) => (value instanceof Uint8Array ? value.map((byte) => byte ^ 1) : value))
        return binding.change(sql, bad && insert.test(sql) ? flipped : params)
      },
    }))
    const good = await save(vault, sampleSession())
    bad = true
    const outcome = await vault.save(...(await sent(sampleSession())))
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'save_not_verified' } })
    expect(vault.list()).toEqual([good])
  })

  it('that loses a write gives no receipt', async () => {
    const { vault } = open((binding) => ({
      ...binding,
      change: (sql, params) => (insert.test(sql) ? 1 : binding.change(sql, params)),
    }))
    expect(await vault.save(...(await sent(sampleSession())))).toMatchObject({ kind: 'refused' })
  })
})

describe('a record that does not open', () => {
  const damages: [name: string, sql: string][] = [
    ['its session was changed', 'update vault_records set session = zeroblob(100) where version = 2'],
    ['its time was changed', "update vault_records set saved_at = '2030-01-01T00:00:00.000Z' where version = 2"],
    ['its version was changed', 'update vault_records set version = 7 where version = 2'],
    ['its id was changed', "update vault_records set id = 'other' where version = 2"],
    ['its account was changed', "update vault_records set account = 'other' where version = 2"],
    [
      'its key is another one',
      'update vault_records set wrapped_key = (select wrapped_key from vault_records where version = 1)',
    ],
    [
      'it has the session of an older one',
      'update vault_records set session = (select session from vault_records where version = 1) where version = 2',
    ],
    ['its parts were swapped', 'update vault_records set session = summary, summary = session where version = 2'],
  ]
  it.each(damages)('is set aside, and the one before stays, when %s', async (_name, sql) => {
    const { vault, meddle } = open()
    const first = await save(vault, sampleSession({}, 'first'))
    await save(vault, sampleSession({}, 'second'))
    meddle(sql)
    // A damaged session behind a good summary shows when it is opened, and at the latest then.
    const opened = vault.list().map(({ id }) => outcomeOf(() => vault.open(id)))
    expect(opened).toEqual(['vault_record_damaged', 'opened'])
    expect(vault.latest()).toEqual(first)
    expect(valueOf(vault.open(first.id))).toBe('first')
    expect(vault.list()).toMatchObject([{ kind: 'set-aside', since: '2026-11-22T12:00:00.000Z' }, { version: 1 }])
    expect((await save(vault, sampleSession())).version).toBeGreaterThan(first.version)
  })

  it('does not push good ones out', async () => {
    const { vault, meddle } = open()
    for (let more = 0; more < 10; more += 1) await save(vault, sampleSession())
    meddle('update vault_records set summary = zeroblob(40) where version = 10')
    expect(vault.latest()?.version).toBe(9)
    await save(vault, sampleSession())
    expect(vault.list().filter(({ kind }) => kind === 'saved')).toHaveLength(10)
  })
})

describe('an account', () => {
  it('has the name that she gave it, until she takes it away', async () => {
    const { vault, meddle } = open()
    vault.nameAccount('ada', 'Work 🦊')
    await save(vault, sampleSession())
    expect(vault.latest()?.accountName).toBe('Work 🦊')
    expect(vault.accountName('eve')).toBeNull()
    meddle('update sealed_items set sealed = zeroblob(40)')
    expect(vault.latest()?.accountName).toBeNull()
    vault.nameAccount('ada', null)
    expect(vault.accountName('ada')).toBeNull()
  })

  it('is gone after everything was erased', async () => {
    const { vault } = open()
    await save(vault, sampleSession())
    vault.nameAccount('ada', 'Work')
    vault.erase()
    expect(vault.list()).toEqual([])
    expect(vault.accountName('ada')).toBeNull()
  })
})

const outcomeOf = (act: () => unknown): string => {
  try {
    act()
    return 'opened'
  } catch (thrown) {
    return asCountersignError(thrown).code
  }
}
const anyBytes = z.object({ b: anyColumn })
const onDisk = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
