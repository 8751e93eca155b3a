import {
  countersigned,
  type Countersigned,
  verifyCountersignature,
} from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { z } from 'zod'
import { sha256 } from '../ledger/sha256.ts'

const hash = z.string().length(64)

/** A policy that the person accepted, as it is kept. */
const storedAcceptance = z.strictObject({
  /** 1, 2, 3 and so on. */
  number: z.int().positive(),
  /** What is in force by it. */
  text: z.string(),
  /** Digest of the text that was proposed: of another one where she chose to keep being asked. */
  from: hash,
  at: z.iso.datetime(),
  /** In which browser. */
  browser: z.strictObject({ label: z.string(), fingerprint: z.string() }),
  approval: countersigned,
})
export type StoredAcceptance = z.output<typeof storedAcceptance>
export type Acceptance = StoredAcceptance & { readonly file: PolicyFile }

/** What closes, and took effect upon an acceptance without her. */
const storedClosing = z.strictObject({
  /** The acceptance that it stands on; 0 where that is the shipped default. */
  number: z.int().nonnegative(),
  text: z.string(),
  at: z.iso.datetime(),
})
export type StoredClosing = z.output<typeof storedClosing>
export type Closing = StoredClosing & { readonly file: PolicyFile }

/** The action that she approves, and the digest of what it is about: this very text, as the acceptance with this number. */
export const acceptPolicy = 'accept policy'
export const acceptanceArgs = (text: string, number: number): Promise<string> =>
  digest({ policy: sha256(text), number })

/** Undefined for what is none, or was not approved. Whether the signer was paired is what the seal around it says. */
export const readAcceptance = async (bytes: Uint8Array, companionKey: string): Promise<Acceptance | undefined> => {
  const stored = parsed(bytes, storedAcceptance)
  const file = stored && fileIn(stored.text)
  if (stored === undefined || file === undefined) return undefined
  return (await isApproved(stored, companionKey)) ? { ...stored, file } : undefined
}

export const readClosing = (bytes: Uint8Array): Closing | undefined => {
  const stored = parsed(bytes, storedClosing)
  const file = stored && fileIn(stored.text)
  return stored && file && { ...stored, file }
}

const isApproved = async (
  { approval, number, text }: { readonly approval: Countersigned; readonly number: number; readonly text: string },
  companionKey: string,
): Promise<boolean> => {
  const { document } = approval
  return (
    document.companion === companionKey &&
    document.answer === 'approve' &&
    document.grant.id === 'terminal' &&
    document.tool === acceptPolicy &&
    document.args === (await acceptanceArgs(text, number)) &&
    (await verifyCountersignature(approval))
  )
}

const fileIn = (text: string): PolicyFile | undefined => {
  const read = readPolicy(text)
  return read.kind === 'policy' ? read.file : undefined
}

const parsed = <T>(bytes: Uint8Array, shape: z.ZodType<T>): T | undefined => {
  try {
    return shape.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    return undefined
  }
}
