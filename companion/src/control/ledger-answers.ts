import { chainHead } from '@countersign/shared/ledger/chain'
import { publicKeyText } from '@countersign/shared/approval/countersignature'
import { z } from 'zod'

/** What the companion tells of its ledger. Whoever asks checks it; so it is handed over as it lies there, damaged or not. */

/** To `ledger.page`. `next` is what the page after this one comes after; null after the last. */
export const ledgerPage = z.strictObject({ rows: z.array(z.unknown()), next: z.int().nullable() })

const browser = z.strictObject({ key: publicKeyText, label: z.string(), fingerprint: z.string() })
/** A browser by its signing key. */
export type KnownBrowser = z.output<typeof browser>

/** To `ledger.heads`. */
export const ledgerHeads = z.strictObject({
  /** The newest head that each browser has countersigned, also of those that were unpaired since. */
  kept: z.array(z.unknown()),
  /** What the connected browsers say that they signed last. */
  remembered: z.array(
    z.strictObject({ key: publicKeyText, label: z.string(), fingerprint: z.string(), head: chainHead }),
  ),
  /** Those that are paired now. */
  paired: z.array(browser),
})
export type LedgerHeads = z.output<typeof ledgerHeads>

/** To `ledger.entry`. */
export const ledgerEntry = z.strictObject({
  entry: z.unknown(),
  /** All entries of the same call, this one included; none where it belongs to no call. */
  call: z.array(z.unknown()),
  /** For an approval: what was signed. */
  approval: z.strictObject({ document: z.unknown(), signature: z.string() }).nullable(),
  paired: z.array(browser),
})
export type LedgerEntryTold = z.output<typeof ledgerEntry>
