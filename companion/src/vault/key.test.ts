import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryKeychain } from '../testing/memory-keychain.ts'
import { tempDatabase } from '../testing/temp-database.ts'
import { openMasterKey } from './key.ts'

const start = () => {
  const { database, folder, machine, meddle } = tempDatabase()
  const keychain = memoryKeychain()
  const signal = new AbortController().signal
  const open = () => openMasterKey({ database, keychain, folder, machine, random: randomBytes, signal })
  return { open, keychain, folder, meddle }
}
const startInFile = async () => {
  const started = start()
  started.keychain.fail = true
  return { ...started, first: await started.open() }
}

describe('the key of a new vault', () => {
  it('lies in the keychain, under the name of the state folder, and nowhere else', async () => {
    const { open, keychain, folder } = start()
    const { place, secret } = await open()
    expect(place).toBe('keychain')
    expect(keychain.entries.get(folder.hash)).toEqual(secret.reveal())
    expect(existsSync(folder.key)).toBe(false)
    expect((await open()).secret.reveal()).toEqual(secret.reveal())
  })

  it('lies in a file for the user alone where there is no keychain', async () => {
    const { open, folder, first } = await startInFile()
    expect(first.place).toBe('file')
    expect(new Uint8Array(readFileSync(folder.key))).toEqual(first.secret.reveal())
    expect(statSync(folder.key).mode & 0o777).toBe(0o600)
    expect(existsSync(`${folder.key}.new`)).toBe(false)
    expect((await open()).secret.reveal()).toEqual(first.secret.reveal())
  })

  it('is the one that a start left behind when it was killed before the database knew', async () => {
    const { open, folder, keychain } = start()
    keychain.fail = true
    const left = randomBytes(32)
    writeFileSync(folder.key, left, { mode: 0o600 })
    writeFileSync(`${folder.key}.new`, 'half', { mode: 0o600 })
    expect(Buffer.from((await open()).secret.reveal())).toEqual(left)
  })
})

describe('the key of an existing vault', () => {
  it('is never taken from a file when it lies in the keychain', async () => {
    const { open, keychain, folder } = start()
    await open()
    keychain.fail = true
    await expect(open()).rejects.toMatchObject({ code: 'vault_locked' })
    keychain.fail = false
    keychain.entries.clear()
    await expect(open()).rejects.toMatchObject({ code: 'vault_key_missing' })
    expect(existsSync(folder.key)).toBe(false)
  })

  it('is missed when the file is gone, and not made anew', async () => {
    const { open, folder } = await startInFile()
    rmSync(folder.key)
    await expect(open()).rejects.toMatchObject({ code: 'vault_key_missing' })
    await expect(open()).rejects.toThrow(folder.key)
    expect(existsSync(folder.key)).toBe(false)
  })

  it('is refused when it is another, or cut short', async () => {
    const { open, folder } = await startInFile()
    for (const wrong of [randomBytes(32), Buffer.alloc(0), randomBytes(31)]) {
      writeFileSync(folder.key, wrong)
      await expect(open()).rejects.toMatchObject({ code: 'vault_locked' })
    }
  })

  it('is refused when others may read the file, or it is a link', async () => {
    const { open, folder } = await startInFile()
    chmodSync(folder.key, 0o640)
    await expect(open()).rejects.toMatchObject({ code: 'file_unsafe' })
    chmodSync(folder.key, 0o600)
    renameSync(folder.key, `${folder.key}.real`)
    symlinkSync(`${folder.key}.real`, folder.key)
    await expect(open()).rejects.toMatchObject({ code: 'file_unsafe' })
  })

  it('is not replaced when the database was made to forget where it lies', async () => {
    const { open, keychain, meddle } = start()
    await open()
    const before = [...keychain.entries.values()]
    meddle('delete from facts')
    await expect(open()).rejects.toMatchObject({ code: 'vault_key_missing' })
    expect([...keychain.entries.values()]).toEqual(before)
  })
})
