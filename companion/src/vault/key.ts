import { CountersignError } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import { z } from 'zod'
import type { Random } from '../random.ts'
import type { Database } from '../database/database.ts'
import type { Machine } from '../machine.ts'
import type { StateFolder } from '../state-folder.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'
import type { Keychain } from './keychain.ts'
import { createSealedItems } from './sealed-items.ts'
import { keySize } from './sealing.ts'

const keyPlace = z.enum(['keychain', 'file'])
export type KeyPlace = z.output<typeof keyPlace>
export type MasterKey = { readonly place: KeyPlace; readonly secret: Secret<Uint8Array> }

type Deps = {
  readonly database: Database
  readonly keychain: Keychain
  readonly folder: StateFolder
  readonly machine: Machine
  readonly random: Random
  /** Ends the wait for a keychain that asks for a password. */
  readonly signal: AbortSignal
}

/**
 * The key that seals the vault. A new vault takes the keychain, or, where there is none, a file of its own. An existing one
 * has its key where the database says and nowhere else: throws `vault_locked` or `vault_key_missing` when it is not there.
 */
export const openMasterKey = async (deps: Deps): Promise<MasterKey> => {
  const place = recordedPlace(deps.database)
  if (place !== undefined) return existingKey(deps, place)
  if (holdsSealed(deps.database)) {
    throw new CountersignError('vault_key_missing', {
      message: "The database no longer says where the vault's key lies.",
    })
  }
  return newKey(deps)
}

/** A sealed item with known content: it opens with the right key only. */
const check = { name: 'master key', text: Buffer.from('countersign') }
const placeFact = 'vault key'

const newKey = async (deps: Deps): Promise<MasterKey> => {
  const { place, bytes } = (await inKeychain(deps)) ?? inFile(deps)
  const secret = new Secret(bytes)
  deps.database.transaction(() => {
    deps.database.run('insert into facts (name, value) values (?, ?)', [placeFact, place])
    createSealedItems({ ...deps, masterKey: secret }).put(check.name, check.text)
  })
  return { place, secret }
}

// A key that is there although the database knows of none was left by a start that was killed in between. It is taken, not
// replaced: should an old database come back, its key is still there.
const inKeychain = async ({ keychain, folder, random, signal }: Deps): Promise<Placed | undefined> => {
  try {
    const left = await keychain.read(folder.hash, signal)
    if (left?.length === keySize) return { place: 'keychain', bytes: left }
    await keychain.write(folder.hash, random(keySize), signal)
    const bytes = await keychain.read(folder.hash, signal)
    return bytes?.length === keySize ? { place: 'keychain', bytes } : undefined
  } catch {
    // Why a keychain fails differs by system and says nothing that would help: the file is the answer to each.
    return undefined
  }
}

const inFile = ({ folder, machine, random }: Deps): Placed => {
  const left = readKeyFile(folder.key, machine)
  if (left === undefined) writeKeyFile(folder.key, random(keySize))
  const bytes = readKeyFile(folder.key, machine)
  if (bytes?.length !== keySize) throw wrongKey(folder, 'file')
  return { place: 'file', bytes }
}
type Placed = { readonly place: KeyPlace; readonly bytes: Uint8Array }

const existingKey = async (deps: Deps, place: KeyPlace): Promise<MasterKey> => {
  const bytes = place === 'file' ? readKeyFile(deps.folder.key, deps.machine) : await fromKeychain(deps)
  if (bytes === undefined) throw missingKey(deps.folder, place)
  const secret = new Secret(bytes)
  if (bytes.length !== keySize || !opens(deps, secret)) throw wrongKey(deps.folder, place)
  return { place, secret }
}

const fromKeychain = async ({ keychain, folder, signal }: Deps): Promise<Uint8Array | undefined> => {
  try {
    return await keychain.read(folder.hash, signal)
  } catch (cause) {
    const next = 'Unlock it (sign in to your desktop, if you are not), then start the companion again.'
    throw new CountersignError('vault_locked', {
      message: "The keychain with the vault's key does not open.",
      next,
      cause,
    })
  }
}

const opens = (deps: Deps, masterKey: Secret<Uint8Array>): boolean => {
  try {
    const text = createSealedItems({ ...deps, masterKey }).get(check.name)
    return text !== undefined && check.text.equals(text)
  } catch (thrown) {
    if (thrown instanceof CountersignError && thrown.code === 'database_damaged') return false
    throw thrown
  }
}

const missingKey = (folder: StateFolder, place: KeyPlace): CountersignError =>
  new CountersignError('vault_key_missing', {
    message:
      place === 'file'
        ? `The vault's key is gone: ${folder.key} is not there.`
        : `The vault's key is gone: the keychain has no "countersign" entry named ${folder.hash}.`,
  })

const wrongKey = (folder: StateFolder, place: KeyPlace): CountersignError =>
  new CountersignError('vault_locked', {
    message: `The vault does not open with the key in ${place === 'file' ? folder.key : 'the keychain'}.`,
    next: 'Put the right key back, or start over with `countersign pair --reset`.',
  })

const recordedPlace = (database: Database): KeyPlace | undefined =>
  database.get('select value from facts where name = ?', [placeFact], z.object({ value: keyPlace }))?.value

const holdsSealed = (database: Database): boolean =>
  database.get(
    'select (select count(*) from sealed_items) + (select count(*) from vault_records) as count',
    [],
    z.object({ count: z.int() }),
  )?.count !== 0
