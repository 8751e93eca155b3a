import { base64urlnopad, hex } from '@scure/base'
import { z } from 'zod'
import { canonicalJson } from '../canonical.ts'

/**
 * A countersignature is made with the browser's signing key (ECDSA on P-256 with SHA-256; non-extractable, in the extension)
 * over the canonical JSON of one document. The purpose stands inside the document, so that a signature made for one thing
 * can never pass for another.
 */
export const publicKeyText = z.string().regex(/^[A-Za-z0-9_-]{87}$/, 'a P-256 point: 65 bytes as base64url')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in hex')

/**
 * For how long a yes counts. One that lasts is remembered for the asker and the tool, and, where she said so, for these same arguments
 * alone; until a time, or until the browser closes, whose session has this id.
 */
export const approvalScope = z.union([
  z.literal('once'),
  z.strictObject({ for: z.literal('15 minutes'), until: z.iso.datetime(), sameArguments: z.boolean() }),
  z.strictObject({ for: z.literal('browser'), session: z.uuid(), sameArguments: z.boolean() }),
])
export type ApprovalScope = z.output<typeof approvalScope>

export const approvalDocument = z.strictObject({
  purpose: z.literal('countersign/1 approval'),
  /** The signing key that signs this, and the identity key of the companion that it is meant for. */
  browser: publicKeyText,
  companion: publicKeyText,
  /** Grows with every signature of this browser; the companion takes none twice. */
  seq: z.int().positive(),
  request: z.uuid(),
  /** Who asked; the terminal and the browser's own acts have the ids `terminal` and `browser`. */
  grant: z.strictObject({ id: z.string().min(1), label: z.string() }),
  tool: z.string().min(1),
  /** Digest of the arguments, and of what was on the screen. */
  args: sha256,
  shown: sha256,
  answer: z.enum(['approve', 'deny']),
  reason: z.string().max(200).nullable(),
  scope: approvalScope,
  at: z.iso.datetime(),
  /** After this the answer is void. */
  expires: z.iso.datetime(),
})
export type ApprovalDocument = z.output<typeof approvalDocument>

/** 64 bytes (r, s) as base64url. */
export const signatureText = z.string().regex(/^[A-Za-z0-9_-]{86}$/)

export const countersigned = z.strictObject({ document: approvalDocument, signature: signatureText })
export type Countersigned = z.output<typeof countersigned>

/** What can be signed: the purpose, and the key that signs, stand in it. */
type Document = { readonly purpose: string; readonly browser: string }
type Signed<D extends Document> = { readonly document: D; readonly signature: string }

const algorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
const bytesOf = (document: Document) => new TextEncoder().encode(canonicalJson(document))

export const keyText = (point: Uint8Array): string => base64urlnopad.encode(point)
export const keyBytes = (text: string): Uint8Array => base64urlnopad.decode(text)

export const countersign = async <D extends Document>(
  privateKey: CryptoKey,
  document: D,
): Promise<{ document: D; signature: string }> => {
  const signature = await crypto.subtle.sign(algorithm, privateKey, bytesOf(document))
  return { document, signature: base64urlnopad.encode(new Uint8Array(signature)) }
}

/** True only for a signature by the key that the document names. Whether that key is paired is the caller's question. */
export const verifyCountersignature = async ({ document, signature }: Signed<Document>): Promise<boolean> => {
  try {
    const point = new Uint8Array(keyBytes(document.browser))
    const key = await crypto.subtle.importKey('raw', point, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
    return await crypto.subtle.verify(
      algorithm,
      key,
      new Uint8Array(base64urlnopad.decode(signature)),
      bytesOf(document),
    )
  } catch {
    // A key that is no point on the curve, or text that is no base64url: not a signature.
    return false
  }
}

/** Hex of bytes, for digests that are made elsewhere. */
export const hexOf = (bytes: Uint8Array): string => hex.encode(bytes)
