import { createIdentity, identityOf, rawPublicKey } from '@countersign/shared/channel/identity'
import type { IdentityKeys, KeyPair } from '@countersign/shared/channel/keys'
import { z } from 'zod'

/** The two keys that are this browser. Neither private half can leave it. */
export type BrowserIdentity = {
  readonly identity: IdentityKeys
  readonly signing: KeyPair
  /** 65 bytes. */
  readonly signingPublicKey: Uint8Array
}

export type BrowserIdentities = {
  /** Undefined until the first pairing. */
  current(): Promise<BrowserIdentity | undefined>
  /** The keys that are there, or new ones. */
  currentOrNew(): Promise<BrowserIdentity>
  /** After unpairing: the next pairing makes new ones, so that nobody can tell the two apart from chance. */
  forget(): Promise<void>
}

/** What we need of IndexedDB: `storage.local` would turn a CryptoKey into an empty object. */
export type KeyStore = {
  get(): Promise<unknown>
  set(keys: StoredKeys): Promise<void>
  clear(): Promise<void>
}

const pair = z.object({ privateKey: z.instanceof(CryptoKey), publicKey: z.instanceof(CryptoKey) })
const storedKeys = z.object({ identity: pair, signing: pair })
export type StoredKeys = z.output<typeof storedKeys>

export const createBrowserIdentities = (store: KeyStore): BrowserIdentities => {
  const current = async (): Promise<BrowserIdentity | undefined> => {
    const stored = storedKeys.safeParse(await store.get())
    return stored.success ? opened(stored.data) : undefined
  }
  return {
    current,
    async currentOrNew() {
      const known = await current()
      if (known !== undefined) return known
      const made = await newKeys()
      await store.set(made)
      return opened(made)
    },
    forget: () => store.clear(),
  }
}

const opened = async ({ identity, signing }: StoredKeys): Promise<BrowserIdentity> => ({
  identity: await identityOf(identity),
  signing,
  signingPublicKey: await rawPublicKey(signing.publicKey),
})

const newKeys = async (): Promise<StoredKeys> => {
  const { privateKey, publicCryptoKey } = await createIdentity({ extractable: false })
  const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  return { identity: { privateKey, publicKey: publicCryptoKey }, signing }
}
