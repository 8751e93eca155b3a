import { z } from 'zod'
import { publicKeyText, signatureText } from '../approval/countersignature.ts'
import { chainHead } from './chain.ts'

/**
 * The browser's signature under the ledger's head: up to this entry, it says, I was shown one history without a break. It takes no
 * number of its own, since a head can only grow, and an old one that is brought back is still true.
 */
export const headDocument = z.strictObject({
  purpose: z.literal('countersign/1 ledger head'),
  /** The signing key that signs this, and the identity key of the companion whose ledger it is. */
  browser: publicKeyText,
  companion: publicKeyText,
  head: chainHead,
  at: z.iso.datetime(),
})
export type HeadDocument = z.output<typeof headDocument>

export const signedHead = z.strictObject({ document: headDocument, signature: signatureText })
export type SignedHead = z.output<typeof signedHead>
