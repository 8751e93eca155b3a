import { keyText } from '@countersign/shared/approval/countersignature'
import { createIdentity, identityOf } from '@countersign/shared/channel/identity'
import type { IdentityKeys } from '@countersign/shared/channel/keys'
import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import type { SealedItems } from './vault/sealed-items.ts'

/** The companion's own key: what a browser pins, and what each countersignature is made out to. */
export type Identity = {
  readonly keys: IdentityKeys
  /** The public key as it stands in an approval document. */
  readonly text: string
}

const item = 'companion identity'
const privateKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})
const algorithm = { name: 'ECDH', namedCurve: 'P-256' } as const

/** Made at the first start, and sealed in the database from then on. Throws `database_damaged` when it does not open. */
export const openIdentity = async (items: SealedItems): Promise<Identity> => {
  const stored = items.get(item)
  const keys = stored === undefined ? await makeIdentity(items) : await restored(stored)
  return { keys, text: keyText(keys.publicKey) }
}

const makeIdentity = async (items: SealedItems): Promise<IdentityKeys> => {
  const made = await createIdentity({ extractable: true })
  const bytes = new TextEncoder().encode(JSON.stringify(await crypto.subtle.exportKey('jwk', made.privateKey)))
  items.put(item, bytes)
  // From here on as at every later start: the private key does not leave WebCrypto again.
  return restored(bytes)
}

const restored = async (bytes: Uint8Array): Promise<IdentityKeys> => {
  try {
    const { d, ...open } = privateKey.parse(JSON.parse(new TextDecoder().decode(bytes)))
    return await identityOf({
      privateKey: await crypto.subtle.importKey('jwk', { ...open, d }, algorithm, false, ['deriveBits']),
      publicKey: await crypto.subtle.importKey('jwk', open, algorithm, true, []),
    })
  } catch {
    // Without the cause: a parser's complaint may quote what it read.
    throw new CountersignError('database_damaged', { message: "The companion's own key can't be read." })
  }
}
