import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@countersign/shared/secret'
import { encodeSession, type Session } from '@countersign/shared/session/session'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openBinding } from '../database/bind.ts'
import { bytes } from '../database/bytes.ts'
import { openDatabase } from '../database/open.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { sampleSession, sent } from '../testing/sample-session.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createVault, type Saved } from './vault.ts'

const open = () => {
  const { database, folder, machine, meddle } = tempDatabase()
  const masterKey = new Secret<Uint8Array>(randomBytes(32))
  const era = { id: () => 'one' }
  const vault = createVault({ database, masterKey, era, time: fakeTime(), random: randomBytes })
  const save = async (value: string, account = 'ada'): Promise<Saved> => {
    const outcome = await vault.save(...(await sent(sampleSession({ account }, value))))
    if (outcome.kind !== 'saved') throw new Error(outcome.refusal.reason)
    return outcome
  }
  const restore = async (version: number, stands?: () => void): Promise<Saved> => {
    const outcome = await vault.restore('ada', version, stands)
    if (outcome.kind !== 'saved') throw new Error(outcome.refusal.reason)
    return outcome
  }
  /** Of a record, three stretches of each sealed part, as they lie on the disk. */
  const sealedBytes = (id: string): Buffer[] => {
    const sql = 'select wrapped_key, session, summary from vault_records where id = ?'
    const found = database.getFromDisk(sql, [id], z.object({ wrapped_key: bytes, session: bytes, summary: bytes }))
    if (found === undefined) throw new Error('There is no such record')
    return Object.values(found).flatMap((part) => {
      const all = Buffer.from(part)
      const middle = Math.floor(all.length / 2)
      return [all.subarray(0, 16), all.subarray(middle, middle + 16), all.subarray(-16)]
    })
  }
  const onDisk = (): Buffer =>
    Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name))))
  const versions = () => vault.versions('ada').map(({ version }) => version)
  return { vault, database, folder, machine, meddle, save, restore, sealedBytes, onDisk, versions }
}
const valueOf = (session: Session) => session.cookies[0]?.value.reveal()

describe('the versions of an account', () => {
  it('come newest first, and open by their numbers', async () => {
    const { vault, save, versions } = open()
    await save('first')
    await save('eve’s', 'eve')
    await save('second')
    expect(versions()).toEqual([2, 1])
    expect(valueOf(vault.openVersion('ada', 1))).toBe('first')
    expect(vault.versions('bob')).toEqual([])
    expect(thrownBy(() => vault.openVersion('bob', 1)).code).toBe('no_such_session')
    const none = thrownBy(() => vault.openVersion('ada', 3))
    expect([none.code, none.message]).toEqual(['no_such_version', 'No version 3 is saved. There are: 2, 1.'])
  })

  it('are listed when they do not open, too, and then do not open', async () => {
    const { vault, meddle, save } = open()
    await save('first')
    await save('second')
    meddle('update vault_records set summary = zeroblob(40) where version = 1')
    expect(vault.versions('ada')).toMatchObject([{ version: 2 }, { kind: 'set-aside', version: 1 }])
    expect(thrownBy(() => vault.openVersion('ada', 1)).code).toBe('vault_record_damaged')
  })
})

describe('a version that is restored', () => {
  it('is the newest, to the last value, and all others stay', async () => {
    const { vault, restore, save, versions } = open()
    const told: number[] = []
    vault.onSaved(({ version }) => told.push(version))
    const first = await save('first')
    await save('second')
    const again = await restore(1)
    expect([again.version, again.summary]).toEqual([3, first.summary])
    expect(encodeSession(vault.open(again.id))).toEqual(encodeSession(vault.open(first.id)))
    expect([versions(), vault.latest('ada')?.version]).toEqual([[3, 2, 1], 3])
    expect(told).toEqual([1, 2, 3])
  })

  it('is none when it was forgotten meanwhile, or is not what was shown', async () => {
    const { vault, restore, save, versions } = open()
    await save('first')
    await save('second')
    const late = restore(1)
    vault.forget('ada', 1)
    await expect(late).rejects.toMatchObject({ code: 'no_such_version' })
    const changed = restore(2, () => {
      throw new Error('It is another by now')
    })
    await expect(changed).rejects.toThrow('It is another by now')
    expect(versions()).toEqual([2])
  })
})

describe('what is forgotten', () => {
  it('is in no file any more, and the others are whole', async () => {
    const { vault, save, sealedBytes, onDisk, versions } = open()
    await save('first')
    const { id } = await save('x'.repeat(300_000))
    await save('third')
    const gone = sealedBytes(id)
    const lies = () => gone.map((part) => onDisk().includes(part))
    expect(lies()).toEqual(gone.map(() => true))
    expect(vault.forget('ada', 2)).toEqual({ goes: 1, stays: 2 })
    expect(lies()).toEqual(gone.map(() => false))
    expect([versions(), valueOf(vault.openVersion('ada', 1))]).toEqual([[3, 1], 'first'])
  })

  it('goes with the account’s name when it was the last, and leaves other accounts alone', async () => {
    const { vault, save, database, onDisk, sealedBytes } = open()
    const told: unknown[] = []
    vault.onForgotten((what) => told.push(what))
    const { id } = await save('first')
    await save('second')
    vault.nameAccount('ada', 'Work')
    const name = database.get('select sealed from sealed_items', [], z.object({ sealed: bytes }))
    const gone = [...sealedBytes(id), Buffer.from(name?.sealed ?? [])]
    const eve = await save('eve’s', 'eve')
    vault.nameAccount('eve', 'Night')
    expect(gone.filter((part) => !onDisk().includes(part))).toEqual([])
    expect(vault.forget('ada', null)).toEqual({ goes: 2, stays: 0 })
    expect(gone.filter((part) => onDisk().includes(part))).toEqual([])
    expect(vault.accountName('ada')).toBeNull()
    expect(vault.list()).toEqual([{ ...eve, accountName: 'Night' }])
    expect(vault.forget('eve', 1)).toEqual({ goes: 1, stays: 0 })
    expect(told).toEqual([
      { account: 'ada', version: null },
      { account: 'eve', version: null },
    ])
    expect(database.all('select name from sealed_items', [], z.unknown())).toEqual([])
  })

  it('is all still there when the transaction around it came to nothing', async () => {
    const { vault, database, save, versions } = open()
    const told: unknown[] = []
    vault.onForgotten((what) => told.push(what))
    await save('first')
    vault.nameAccount('ada', 'Work')
    const act = () =>
      database.transaction(() => {
        vault.forget('ada', null)
        throw new Error('The ledger took no row')
      })
    expect(act).toThrow('The ledger took no row')
    expect([versions(), vault.accountName('ada'), told]).toEqual([[1], 'Work', []])
  })

  it('is out of the files at the next start, when something kept the write-ahead log from being emptied', async () => {
    const { vault, database, folder, machine, save, sealedBytes, onDisk } = open()
    await save('first')
    await save('second')
    const gone = sealedBytes(vault.list()[0]?.id ?? '')
    database.script('pragma busy_timeout = 0')
    const reader = openBinding(folder.database)
    reader.execute('begin')
    reader.query('select count(*) from vault_records', [])
    vault.forget('ada', 2)
    expect(vault.swept()).toBe(false)
    expect(gone.some((part) => onDisk().includes(part))).toBe(true)
    reader.execute('commit')
    reader.close()
    openDatabase(folder.database, machine).close()
    expect(gone.some((part) => onDisk().includes(part))).toBe(false)
  })

  it('gives its number to no other version, as long as there is one', async () => {
    const { vault, save, restore, versions } = open()
    await save('first')
    await save('second')
    vault.forget('ada', 2)
    expect((await save('third')).version).toBe(3)
    vault.forget('ada', 3)
    vault.forget('ada', 1)
    expect([versions(), (await save('anew')).version]).toEqual([[], 1])
    await save('more')
    vault.forget('ada', 2)
    expect((await restore(1)).version).toBe(3)
  })

  it('can be a record that does not open, whose number counts for nothing', async () => {
    const { vault, save, meddle, versions } = open()
    await save('first')
    await save('second')
    meddle('update vault_records set version = 9007199254740991 where version = 2')
    expect(vault.versions('ada')).toMatchObject([{ kind: 'set-aside' }, { version: 1 }])
    expect(vault.forget('ada', Number.MAX_SAFE_INTEGER)).toEqual({ goes: 1, stays: 1 })
    expect((await save('third')).version).toBe(2)
    expect(versions()).toEqual([2, 1])
  })

  it('has to be there', async () => {
    const { vault, save } = open()
    expect(thrownBy(() => vault.forget('ada', null)).code).toBe('no_such_session')
    await save('first')
    expect(thrownBy(() => vault.forget('ada', 2)).code).toBe('no_such_version')
  })
})

describe('a look at all records', () => {
  it('says of each how it is, and whose', async () => {
    const { vault, meddle, save } = open()
    await save('first')
    await save('second')
    await save('eve’s', 'eve')
    meddle('update vault_records set session = zeroblob(90) where version = 2')
    meddle(
      'update vault_records set wrapped_key = zeroblob(61) where account = (select account from vault_records order by rowid desc limit 1)',
    )
    const told = (await vault.verify()).map(({ account, version, is }) => [account, version, is])
    expect(told).toEqual([
      [null, 1, 'damaged'],
      ['ada', 2, 'damaged'],
      ['ada', 1, 'good'],
    ])
    expect(vault.latest()?.version).toBe(1)
  })

  it('passes over what is forgotten meanwhile', async () => {
    const { vault, save } = open()
    await save('first')
    await save('second')
    const looking = vault.verify()
    vault.forget('ada', 1)
    expect(await looking).toMatchObject([{ version: 2, is: 'good' }])
  })
})
