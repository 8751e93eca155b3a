// The only file that knows the library, because the library picks its mode by which parameters are defined: a pin
// that is missing by mistake would accept any sender. Here each mode has its own functions, and they throw instead.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { type Bytes, copyOf } from './bytes.ts'
import { ChannelError } from './channel-error.ts'
import type { Key, KeyPair } from './keys.ts'

/** A sender's end. Calls are numbered by the library; the number is never sent. */
export type Sealer = {
  /** 65 bytes that the recipient needs to make its end. */
  readonly enc: Bytes
  seal(body: Uint8Array, aad: Uint8Array): Promise<Bytes>
}

/** A recipient's end. After a failed `open` the next good frame would open: forgetting it is the caller's duty. */
export type Opener = { open(sealed: Uint8Array, aad: Uint8Array): Promise<Bytes> }

export type SenderKeys = { sender: KeyPair; recipient: Key; info: Uint8Array }
export type RecipientKeys = { recipient: KeyPair; sender: Key; enc: Uint8Array; info: Uint8Array }
export type Psk = { readonly id: Uint8Array; readonly key: Uint8Array }

export async function authSender(keys: SenderKeys): Promise<Sealer> {
  return sealer(await suite.createSenderContext(senderParams(keys)))
}

export async function authRecipient(keys: RecipientKeys): Promise<Opener> {
  return opener(await suite.createRecipientContext(recipientParams(keys)))
}

export async function authPskSender(keys: SenderKeys & { psk: Psk }): Promise<Sealer> {
  return sealer(await suite.createSenderContext({ ...senderParams(keys), psk: pskParam(keys.psk) }))
}

export async function authPskRecipient(keys: RecipientKeys & { psk: Psk }): Promise<Opener> {
  return opener(await suite.createRecipientContext({ ...recipientParams(keys), psk: pskParam(keys.psk) }))
}

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

// A private key alone would do for the library, which then fails on every one that can't be exported.
function senderParams({ sender, recipient, info }: SenderKeys) {
  return {
    senderKey: checkedPair(sender, 'sender'),
    recipientPublicKey: checked(recipient, 'public', 'recipient'),
    info: checkedBytes(info, 'info', 32),
  }
}

function recipientParams({ recipient, sender, enc, info }: RecipientKeys) {
  return {
    recipientKey: checkedPair(recipient, 'recipient'),
    senderPublicKey: checked(sender, 'public', 'sender'),
    enc: checkedBytes(enc, 'enc', 65),
    info: checkedBytes(info, 'info', 32),
  }
}

function pskParam(psk: Psk | undefined): Psk {
  return { id: checkedBytes(psk?.id, 'psk id', 1), key: checkedBytes(psk?.key, 'psk', 32) }
}

function checkedPair(pair: Partial<KeyPair> | undefined, role: string): { privateKey: Key; publicKey: Key } {
  return {
    privateKey: checked(pair?.privateKey, 'private', role),
    publicKey: checked(pair?.publicKey, 'public', role),
  }
}

// The types say that it is there. A value that came from storage may disagree, so ask it.
function checked(key: Key | undefined, kind: 'private' | 'public', role: string): Key {
  if (key?.type !== kind) throw new ChannelError('library', `The ${role}'s ${kind} key is missing.`)
  return key
}

function checkedBytes(bytes: Uint8Array | undefined, name: string, least: number): Bytes {
  if (bytes === undefined || bytes.length < least) {
    throw new ChannelError('library', `The ${name} is missing or too short.`)
  }
  return copyOf(bytes)
}

// Inputs are copied at once: the library reads them late, and the caller may use its buffer again.
function sealer(context: Awaited<ReturnType<typeof suite.createSenderContext>>): Sealer {
  return {
    enc: new Uint8Array(context.enc),
    seal: async (body, aad) => new Uint8Array(await context.seal(copyOf(body), copyOf(aad))),
  }
}

function opener(context: Awaited<ReturnType<typeof suite.createRecipientContext>>): Opener {
  return { open: async (sealed, aad) => new Uint8Array(await context.open(copyOf(sealed), copyOf(aad))) }
}
