import { countersign } from '@countersign/shared/approval/countersignature'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { follow } from '@countersign/shared/ledger/follow'
import { companionKey, fakeBrowser } from './fake-browser.ts'

/** A browser that signs what follows on what it has signed, as the extension does. */
export const ledgerSigner = async (label: string) => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const point = await crypto.subtle.exportKey('raw', pair.publicKey)
  const signingKey = Buffer.from(point).toString('base64url')
  const memory: { last: ChainHead | null; pages: number[] } = { last: null, pages: [] }
  const browser = {
    ...(await fakeBrowser(label)),
    signingKey,
    countersign: async (rows: readonly unknown[]) => {
      const head = await follow(rows, memory.last)
      if (head === undefined) return { kind: 'diverged' as const }
      memory.last = head
      memory.pages.push(rows.length)
      const at = '2026-11-22T12:00:00.000Z'
      const document = {
        purpose: 'countersign/1 ledger head' as const,
        browser: signingKey,
        companion: companionKey,
        head,
        at,
      }
      return { kind: 'signed' as const, signed: await countersign(pair.privateKey, document) }
    },
  }
  return { browser, memory }
}
