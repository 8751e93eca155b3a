import { beforeAll, describe, expect, test } from 'vitest'
import { authPskRecipient, authPskSender, authRecipient, authSender } from './hpke.ts'
import { createIdentity } from './identity.ts'
import type { KeyPair } from './keys.ts'

const info = new Uint8Array(32).fill(7)
const aad = Uint8Array.of(1)
const body = Uint8Array.of(1, 2, 3)
const psk = { id: Uint8Array.of(1), key: new Uint8Array(32).fill(9) }

let alice: KeyPair
let bob: KeyPair
let eve: KeyPair
beforeAll(async () => {
  const made = await Promise.all([1, 2, 3].map(() => createIdentity({ extractable: false })))
  const [a, b, c] = made.map(({ privateKey, publicCryptoKey }) => ({ privateKey, publicKey: publicCryptoKey }))
  if (!a || !b || !c) throw new Error('No keys.')
  ;[alice, bob, eve] = [a, b, c]
})

test('what one seals the other opens, with keys that can not be exported', async () => {
  const plain = await authSender({ sender: alice, recipient: bob.publicKey, info })
  const plainEnd = await authRecipient({ recipient: bob, sender: alice.publicKey, enc: plain.enc, info })
  expect(await plainEnd.open(await plain.seal(body, aad), aad)).toEqual(body)

  const keyed = await authPskSender({ sender: alice, recipient: bob.publicKey, info, psk })
  const keyedEnd = await authPskRecipient({ recipient: bob, sender: alice.publicKey, enc: keyed.enc, info, psk })
  expect(await keyedEnd.open(await keyed.seal(body, aad), aad)).toEqual(body)
})

test('another sender, recipient, info or psk does not open', async () => {
  const { enc, seal } = await authPskSender({ sender: alice, recipient: bob.publicKey, info, psk })
  const sealed = await seal(body, aad)
  const right = { recipient: bob, sender: alice.publicKey, enc, info, psk }
  const wrong = [
    { ...right, recipient: eve },
    { ...right, sender: eve.publicKey },
    { ...right, info: new Uint8Array(32) },
    { ...right, psk: { ...psk, key: new Uint8Array(32) } },
    { ...right, psk: { ...psk, id: Uint8Array.of(2) } },
  ]
  for (const keys of wrong) await expect((await authPskRecipient(keys)).open(sealed, aad)).rejects.toBeInstanceOf(Error)
  await expect((await authRecipient(right)).open(sealed, aad)).rejects.toBeInstanceOf(Error)
  expect(await (await authPskRecipient(right)).open(sealed, aad)).toEqual(body)
})

test('the buffer may be used again as soon as seal was called', async () => {
  const sender = await authSender({ sender: alice, recipient: bob.publicKey, info })
  const recipient = await authRecipient({ recipient: bob, sender: alice.publicKey, enc: sender.enc, info })
  const buffer = Uint8Array.of(1, 2, 3)
  const sealing = sender.seal(buffer, aad)
  buffer.fill(0)
  expect(await recipient.open(await sealing, aad)).toEqual(body)
})

describe('a missing key throws, and never falls into a weaker mode', () => {
  // From outside of the types, as from a store that has lost a value.
  const without = (keys: object, missing: string): unknown[] => [{ ...keys, [missing]: undefined }]
  const call = (make: unknown, args: unknown[]): Promise<unknown> => {
    if (typeof make !== 'function') throw new TypeError('Not a function.')
    const making: unknown = Reflect.apply(make, undefined, args)
    return Promise.resolve(making)
  }
  const halves = () => [
    { privateKey: alice.privateKey, publicKey: undefined },
    { privateKey: undefined, publicKey: alice.publicKey },
    { privateKey: alice.publicKey, publicKey: alice.privateKey },
    alice.privateKey,
  ]

  test.for([
    ['authSender', authSender, ['sender', 'recipient', 'info']],
    ['authPskSender', authPskSender, ['sender', 'recipient', 'info', 'psk']],
    ['authRecipient', authRecipient, ['sender', 'recipient', 'info', 'enc']],
    ['authPskRecipient', authPskRecipient, ['sender', 'recipient', 'info', 'enc', 'psk']],
  ] as const)('%s', async ([name, make, needed]) => {
    const asSender = { sender: alice, recipient: bob.publicKey, info, psk }
    const { enc } = await authSender(asSender)
    const sending = name.endsWith('Sender')
    const keys = sending ? asSender : { sender: alice.publicKey, recipient: bob, info, enc, psk }
    await expect(call(make, [keys])).resolves.toBeDefined()
    for (const missing of needed) {
      await expect(call(make, without(keys, missing)), missing).rejects.toMatchObject({ reason: 'library' })
    }
    for (const half of halves()) {
      const broken = { ...keys, [sending ? 'sender' : 'recipient']: half }
      await expect(call(make, [broken])).rejects.toMatchObject({ reason: 'library' })
    }
  })

  test.for([
    ['authPskSender', authPskSender],
    ['authPskRecipient', authPskRecipient],
  ] as const)('%s with a weak psk', async ([name, make]) => {
    const asSender = { sender: alice, recipient: bob.publicKey, info }
    const { enc } = await authSender(asSender)
    const keys = name === 'authPskSender' ? asSender : { sender: alice.publicKey, recipient: bob, info, enc }
    for (const weak of [
      { ...psk, key: undefined },
      { ...psk, key: new Uint8Array(31) },
      { ...psk, id: undefined },
    ]) {
      await expect(call(make, [{ ...keys, psk: weak }])).rejects.toMatchObject({ reason: 'library' })
    }
  })
})
