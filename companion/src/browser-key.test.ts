import { generateKeyPairSync } from 'node:crypto'
import { keyText } from '@countersign/shared/approval/countersignature'
import { describe, expect, it } from 'vitest'
import { keyPem, readKey } from './browser-key.ts'
import { thrownBy } from './testing/thrown-by.ts'

const generate = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve })
const textOf = async (): Promise<string> => {
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  return keyText(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)))
}

describe('a browser’s key', () => {
  it('is read as text, with or without space around it', async () => {
    const key = await textOf()
    expect(readKey(key)).toBe(key)
    expect(readKey(`\n ${key}\r\n`)).toBe(key)
  })

  it('comes back from its own PEM', async () => {
    const key = await textOf()
    const pem = keyPem(key)
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n$/)
    expect(readKey(pem)).toBe(key)
  })

  it('is read from a JWK', () => {
    const { publicKey } = generate()
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const jwk = publicKey.export({ format: 'jwk' })
    expect(readKey(JSON.stringify({ ...jwk, key_ops: ['verify'] }))).toBe(readKey(pem))
  })

  it('is nothing else', async () => {
    const key = await textOf()
    const { privateKey } = generate()
    const wrong = [
      '',
      'nonsense',
      key.slice(1),
      `B${'A'.repeat(86)}`,
      // Another spelling of the same bytes.
      `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(86) + 1)}`,
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      generate('P-384').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      JSON.stringify(generate('P-384').publicKey.export({ format: 'jwk' })),
      JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }),
      keyPem(key).replace('BEGIN PUBLIC KEY-----\n', 'BEGIN PUBLIC KEY-----\nAAAA'),
    ]
    for (const text of wrong) expect(thrownBy(() => readKey(text)).code, text).toBe('key_invalid')
    expect(thrownBy(() => keyPem('nonsense')).code).toBe('key_invalid')
  })
})
