import { base64urlnopad, hex } from '@scure/base'
import { type Bytes, copyOf, joined, sameBytes } from './bytes.ts'
import { fingerprint } from './fingerprint.ts'
import { CONNECT_BODY, OK_BODY, readM1, readM2, readM3, readM4, readPairBody } from './handshake-messages.ts'
import { hash } from './hash.ts'
import { authPskRecipient, authRecipient, type Opener, type RecipientKeys } from './hpke.ts'
import { importIdentityKey, importSigningKey } from './identity.ts'
import type { KeyPair } from './keys.ts'
import { makePairingCode, parsePairingCode, pskOf } from './pairing-code.ts'
import { infoToBrowser, infoToCompanion, signingKeyDigest, transcriptOf } from './schedule.ts'
import vectors from './vectors.json' with { type: 'json' }

export type VectorResult = { readonly name: string; readonly passed: boolean; readonly detail: string }

/**
 * Holds this implementation against frames that another one has made. Needs nothing but WebCrypto, so the same file
 * runs in Node and in the extension's service worker. Never throws: a check that does has failed, and says how.
 */
export async function runVectors(): Promise<readonly VectorResult[]> {
  const checks: [name: string, check: () => Promise<void>][] = [
    ...vectors.hashes.map((vector, at): (typeof checks)[number] => [`hash ${at}`, () => checkHash(vector)]),
    ['pairing code', checkCode],
    ['fingerprint', checkFingerprint],
    ...vectors.handshakes.flatMap((vector): typeof checks => [
      [`${vector.name}: M1 and M3, as the companion`, () => checkAsCompanion(vector)],
      [`${vector.name}: M2 and M4, as the browser`, () => checkAsBrowser(vector)],
    ]),
  ]
  const results: VectorResult[] = []
  for (const [name, check] of checks) {
    const problem = await check().then(
      () => undefined,
      (error: unknown) => String(error),
    )
    results.push({ name, passed: problem === undefined, detail: problem ?? '' })
  }
  return results
}

type Handshake = (typeof vectors.handshakes)[number]
type HexPair = { readonly privateKey: string; readonly publicKey: string }

async function checkHash({ label, fields, digest }: (typeof vectors.hashes)[number]): Promise<void> {
  same(await hash(label, ...fields.map(bytesOf)), bytesOf(digest), 'digest')
}

async function checkCode(): Promise<void> {
  const { port, secret, text } = vectors.code
  ensure(makePairingCode(port, bytesOf(secret)) === text, 'made another text')
  const parsed = parsePairingCode(text)
  ensure(parsed.ok && parsed.port === port && sameBytes(parsed.secret, bytesOf(secret)), 'read something else')
}

async function checkFingerprint(): Promise<void> {
  const { companionIdentity, browserIdentity, signingKey, text } = vectors.fingerprint
  const made = await fingerprint(bytesOf(companionIdentity), bytesOf(browserIdentity), bytesOf(signingKey))
  ensure(made === text, `made ${made}`)
}

async function checkAsBrowser(vector: Handshake): Promise<void> {
  const m2 = readM2(bytesOf(vector.m2))
  const opener = await openerOf(vector, {
    recipient: await keysOf(vector.browserEphemeral),
    sender: await importIdentityKey(bytesOf(vector.companionIdentity.publicKey)),
    enc: m2.enc,
    info: await infoToBrowser(vector, bytesOf(vector.m1), m2.ephemeral, m2.identity),
  })
  same(m2.identity, bytesOf(vector.companionIdentity.publicKey), 'identity')
  same(await opener.open(m2.sealed, m2.head), new Uint8Array(0), 'body of M2')
  const transcript = await checkTranscript(vector)
  same(await opener.open(readM4(bytesOf(vector.m4)).sealed, joined(Uint8Array.of(4), transcript)), OK_BODY, 'M4')
  await checkRecords(vector, 'companion', opener, transcript)
}

async function checkAsCompanion(vector: Handshake): Promise<void> {
  const [m1, m2] = [bytesOf(vector.m1), bytesOf(vector.m2)]
  const { mode, ephemeral } = readM1(m1)
  ensure(mode === vector.mode, `read mode ${mode}`)
  same(ephemeral, bytesOf(vector.browserEphemeral.publicKey), 'ephemeral')
  const m3 = readM3(bytesOf(vector.m3), mode)
  const opener = await openerOf(vector, {
    recipient: await keysOf(vector.companionEphemeral),
    sender: await importIdentityKey(m3.identity),
    enc: m3.enc,
    info: await infoToCompanion(vector, m1, m2, m3.identity),
  })
  same(m3.identity, bytesOf(vector.browserIdentity.publicKey), 'identity')
  const body = await opener.open(m3.sealed, m3.head)
  if (mode === 'connect') same(body, CONNECT_BODY, 'body of M3')
  else await checkPairBody(vector, body)
  await checkRecords(vector, 'browser', opener, await checkTranscript(vector))
}

async function checkPairBody(vector: Handshake, body: Bytes): Promise<void> {
  const { label, signingKey, proof } = readPairBody(body)
  ensure(label === vector.label, `read label ${label}`)
  same(signingKey, bytesOf(vector.signingKey.publicKey), 'signing key')
  const identity = bytesOf(vector.browserIdentity.publicKey)
  const digest = await signingKeyDigest(vector, bytesOf(vector.m1), bytesOf(vector.m2), identity, signingKey)
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const key = await importSigningKey(signingKey)
  ensure(await crypto.subtle.verify(how, key, copyOf(proof), digest), 'the proof does not verify')
}

async function checkTranscript(vector: Handshake): Promise<Bytes> {
  const transcript = await transcriptOf(vector, bytesOf(vector.m1), bytesOf(vector.m2), bytesOf(vector.m3))
  same(transcript, bytesOf(vector.transcript), 'transcript')
  return transcript
}

async function checkRecords(vector: Handshake, from: 'browser' | 'companion', opener: Opener, transcript: Bytes) {
  const records = vector.records.filter((record) => record.from === from)
  for (const { frame, text } of [...records, { frame: vector.byes[from], text: '' }]) {
    const bytes = bytesOf(frame)
    const opened = await opener.open(bytes.slice(1), joined(bytes.slice(0, 1), transcript))
    same(opened, new TextEncoder().encode(text), `a record of the ${from}`)
  }
}

async function openerOf({ secret }: Handshake, keys: RecipientKeys): Promise<Opener> {
  return secret === null ? authRecipient(keys) : authPskRecipient({ ...keys, psk: await pskOf(bytesOf(secret)) })
}

async function keysOf({ privateKey, publicKey }: HexPair): Promise<KeyPair> {
  const raw = bytesOf(publicKey)
  const [x, y, d] = [raw.slice(1, 33), raw.slice(33), bytesOf(privateKey)].map((part) => base64urlnopad.encode(part))
  const jwk = { kty: 'EC', crv: 'P-256', ...(x && y && d ? { x, y, d } : {}) }
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, curve, false, ['deriveBits']),
    publicKey: await importIdentityKey(raw),
  }
}

function bytesOf(text: string): Bytes {
  return copyOf(hex.decode(text))
}

function same(a: Uint8Array, b: Uint8Array, what: string): void {
  ensure(sameBytes(a, b), `${what}: ${hex.encode(a)} instead of ${hex.encode(b)}`)
}

function ensure(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem)
}
