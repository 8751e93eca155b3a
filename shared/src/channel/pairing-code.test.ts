import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makePairingCode, newPairingSecret, parsePairingCode, pskOf } from './pairing-code.ts'

const port = fc.integer({ min: 1, max: 65_535 })
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('what was made is read again, with space around it', () => {
  fc.assert(
    fc.property(port, secret, fc.constantFrom('', ' ', '\n', '\t '), (port, secret, space) => {
      const parsed = parsePairingCode(`${space}${makePairingCode(port, secret)}${space}`)
      expect(parsed).toEqual({ ok: true, port, secret: new Uint8Array(secret) })
    }),
  )
})

test('no other text is read as the same secret', () => {
  fc.assert(
    fc.property(port, secret, fc.nat(48), fc.string({ minLength: 1, maxLength: 1 }), (port, secret, at, other) => {
      const code = makePairingCode(port, secret)
      const changed = code.slice(0, at) + other + code.slice(at + 1)
      const parsed = parsePairingCode(changed)
      if (!parsed.ok || changed.trim() === code) return
      expect(makePairingCode(parsed.port, parsed.secret)).toBe(changed.trim())
    }),
  )
})

test.for([
  ['', 'empty'],
  ['  ', 'empty'],
  ['qkSly', 'no-dot'],
  ['.'.padEnd(44, 'A'), 'port'],
  [`0.${'A'.repeat(43)}`, 'port'],
  [`047616.${'A'.repeat(43)}`, 'port'],
  [`65536.${'A'.repeat(43)}`, 'port'],
  [`+4761.${'A'.repeat(43)}`, 'port'],
  [`47616.${'A'.repeat(42)}`, 'length'],
  [`47616.${'A'.repeat(44)}`, 'length'],
  [`47616.${'A'.repeat(42)}=`, 'characters'],
  [`47616.${'A'.repeat(42)}+`, 'characters'],
  [`47616.${'A'.repeat(42)}B`, 'characters'],
  [`47616.${'A'.repeat(21)}.${'A'.repeat(21)}`, 'characters'],
] as const)('%j is not a code: %s', ([text, reason]) => {
  expect(parsePairingCode(text)).toEqual({ ok: false, reason })
})

test('secrets come from the source of randomness that was given, and are 32 bytes', async () => {
  expect(newPairingSecret((bytes) => bytes.fill(5))).toEqual(new Uint8Array(32).fill(5))
  expect(newPairingSecret()).not.toEqual(newPairingSecret())
  expect(() => makePairingCode(47_616, new Uint8Array(31))).toThrow(RangeError)
  expect(() => makePairingCode(0, new Uint8Array(32))).toThrow(RangeError)
  await expect(pskOf(new Uint8Array(33))).rejects.toThrow(RangeError)
})
