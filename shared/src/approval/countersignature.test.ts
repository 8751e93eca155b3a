import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../canonical.ts'
import {
  approvalDocument,
  type ApprovalDocument,
  countersign,
  keyText,
  verifyCountersignature,
} from './countersignature.ts'

const makeKey = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
const pointOf = async (key: CryptoKeyPair) =>
  keyText(new Uint8Array(await crypto.subtle.exportKey('raw', key.publicKey)))

let key: CryptoKeyPair
let other: CryptoKeyPair
let document: ApprovalDocument

beforeAll(async () => {
  key = await makeKey()
  other = await makeKey()
  document = approvalDocument.parse({
    purpose: 'countersign/1 approval',
    browser: await pointOf(key),
    companion: await pointOf(other),
    seq: 7,
    request: 'b3b0f5a8-7a3d-4c8e-9d53-3f1f5f3f8a11',
    grant: { id: 'example-grant', label: 'Example agent' },
    tool: 'save_session',
    args: await digest({}),
    shown: await digest({ a: 1 }),
    answer: 'approve',
    reason: null,
    scope: 'once',
    at: '2026-11-22T10:00:00.000Z',
    expires: '2026-11-22T10:10:00.000Z',
  })
})

describe('a countersignature', () => {
  it('holds for the document that was signed', async () =>
    expect(await verifyCountersignature(await countersign(key.privateKey, document))).toBe(true))

  it('does not hold when another key signed', async () =>
    expect(await verifyCountersignature(await countersign(other.privateKey, document))).toBe(false))

  it('does not hold for a document with any field changed', async () => {
    const signed = await countersign(key.privateKey, document)
    const changes: Partial<ApprovalDocument>[] = [
      { browser: await pointOf(other) },
      { companion: await pointOf(key) },
      { seq: 8 },
      { request: 'b3b0f5a8-7a3d-4c8e-9d53-3f1f5f3f8a12' },
      { grant: { id: 'another', label: 'Example agent' } },
      { grant: { id: 'example-grant', label: 'Another' } },
      { tool: 'export' },
      { args: document.shown },
      { shown: document.args },
      { answer: 'deny' },
      { reason: 'why' },
      { at: '2026-11-22T10:00:00.001Z' },
      { expires: '2027-11-22T10:10:00.000Z' },
    ]
    for (const change of changes) {
      expect(await verifyCountersignature({ ...signed, document: { ...document, ...change } })).toBe(false)
    }
  })

  it('does not hold with any byte of the signature changed, and never throws', async () => {
    const signed = await countersign(key.privateKey, document)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 84 }),
        fc.constantFrom('A', 'Q', 'g', 'w', '-', '_', '0', '9'),
        async (at, letter) => {
          const signature = signed.signature.slice(0, at) + letter + signed.signature.slice(at + 1)
          expect(await verifyCountersignature({ document, signature })).toBe(signature === signed.signature)
        },
      ),
    )
  })
})
