import { CountersignError } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import { z } from 'zod'
import type { Random } from '../random.ts'
import { asBytes, bytes as bytesColumn } from '../database/bytes.ts'
import type { Database } from '../database/database.ts'
import { deriveKey, seal, unseal, type Bound } from './sealing.ts'

/**
 * Small things sealed under the master key, such as the identity key and pins. Names lie in the clear. Each call may stand
 * within a transaction of the caller's.
 */
export type SealedItems = {
  /** @param bound what the item is tied to besides its name; `get` must be told the same */
  put(name: string, bytes: Uint8Array, bound?: Bound): void
  /** Undefined when there is none; throws `database_damaged` when it does not open. */
  get(name: string, bound?: Bound): Uint8Array | undefined
  /** True when there was one. */
  delete(name: string): boolean
  /** The names that start so, in order. What is no text was named by somebody else, and is none of them. */
  list(prefix: string): string[]
}

export const createSealedItems = (deps: {
  readonly database: Database
  readonly masterKey: Secret<Uint8Array>
  readonly random: Random
}): SealedItems => {
  const { database, random } = deps
  const key = deriveKey(deps.masterKey.reveal(), 'sealed items')
  const boundOf = (name: string, bound: Bound): Bound => ({ ...bound, '@item': name })
  const named = z.object({ name: bytesColumn })
  const stored = z.object({ sealed: bytesColumn })

  return {
    put: (name, bytes, bound = {}) => {
      const sealed = seal(key, bytes, boundOf(name, bound), random)
      database.run('insert or replace into sealed_items (name, sealed) values (?, ?)', [name, sealed])
    },
    get: (name, bound = {}) => {
      const found = database.get('select sealed from sealed_items where name = ?', [name], stored)
      if (found === undefined) return undefined
      const bytes = unseal(key, found.sealed, boundOf(name, bound))
      if (bytes === undefined) {
        throw new CountersignError('database_damaged', { message: `What is sealed as "${name}" does not open.` })
      }
      return bytes
    },
    delete: (name) => database.run('delete from sealed_items where name = ?', [name]) > 0,
    list: (prefix) => {
      const sql = `select ${asBytes('name')} from sealed_items where substr(name, 1, length(?)) = ? order by name`
      return database.all(sql, [prefix, prefix], named).flatMap(({ name }) => textIn(name))
    },
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const textIn = (name: Uint8Array): string[] => {
  try {
    return [decoder.decode(name)]
  } catch {
    return []
  }
}
