import type { Secret } from '@countersign/shared/secret'
import { encodeSession, session as sessionShape, type Session } from '@countersign/shared/session/session'
import { summary as summaryShape, summarize, type Summary } from '@countersign/shared/session/summary'
import { z } from 'zod'
import { bytes } from '../database/bytes.ts'
import type { Random } from '../random.ts'
import type { Era } from './era.ts'
import { deriveKey, disguise, keySize, seal, unseal, type Bound } from './sealing.ts'

/** One saved session as it lies in the database; all but the sealed parts is bound to each of them. */
export const sealedRecord = z.object({
  id: z.string(),
  /** A keyed digest of the account's name. */
  account: z.string(),
  version: z.int(),
  saved_at: z.string(),
  wrapped_key: bytes,
  session: bytes,
  summary: bytes,
})
export type SealedRecord = z.output<typeof sealedRecord>
type Place = Pick<SealedRecord, 'id' | 'account' | 'version' | 'saved_at'>

/** Seals and opens records: each part under the record's own key, and that key under the master's. */
export type RecordSeal = {
  accountTag(account: string): string
  seal(session: Session, place: Place): SealedRecord
  /** Undefined when anything of the record is not as it was sealed. */
  openSession(record: SealedRecord): Session | undefined
  openSummary(record: Omit<SealedRecord, 'session'>): Summary | undefined
}

/** @param era in which a record is sealed, and has to be opened */
export const createRecordSeal = (masterKey: Secret<Uint8Array>, random: Random, era: Pick<Era, 'id'>): RecordSeal => {
  const wrapping = deriveKey(masterKey.reveal(), 'vault records')
  const naming = deriveKey(masterKey.reveal(), 'account names')
  const accountTag = (account: string) => disguise(naming, account)

  const openPart = (found: Place & Pick<SealedRecord, 'wrapped_key'>, part: string, sealed: Uint8Array): unknown => {
    const now = era.id()
    const key = unseal(wrapping, found.wrapped_key, boundOf(found, 'key', now))
    const text = key && unseal(key, sealed, boundOf(found, part, now))
    return text && JSON.parse(new TextDecoder().decode(text))
  }

  return {
    accountTag,
    seal: (session, place) => {
      const key = random(keySize)
      const now = era.id()
      const part = (name: string, value: unknown) =>
        seal(key, new TextEncoder().encode(JSON.stringify(value)), boundOf(place, name, now), random)
      return {
        ...place,
        wrapped_key: seal(wrapping, key, boundOf(place, 'key', now), random),
        session: part('session', encodeSession(session)),
        summary: part('summary', summarize(session)),
      }
    },
    openSession: (found) => {
      const parsed = sessionShape.safeParse(openPart(found, 'session', found.session))
      return parsed.success && accountTag(parsed.data.account) === found.account ? parsed.data : undefined
    },
    openSummary: (found) => {
      const parsed = summaryShape.safeParse(openPart(found, 'summary', found.summary))
      return parsed.success && accountTag(parsed.data.account) === found.account ? parsed.data : undefined
    },
  }
}

const boundOf = ({ id, account, version, saved_at }: Place, part: string, era: string): Bound => ({
  purpose: 'countersign/1 vault record',
  record: id,
  part,
  version,
  account,
  at: saved_at,
  era,
})
