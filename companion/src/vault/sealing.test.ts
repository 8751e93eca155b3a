import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveKey, disguise, seal, unseal } from './sealing.ts'

const bound = { record: 'r', part: 'session', version: 3, account: 'a', at: '2026-11-22T12:00:00.000Z' }
const key = randomBytes(32)
const bytes = fc.uint8Array({ maxLength: 200 })
const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer())

describe('seal', () => {
  it('opens with the same key and bound, whatever the text', () => {
    fc.assert(
      fc.property(bytes, fc.dictionary(fc.string({ unit: 'grapheme' }), value), (text, tied) => {
        expect(unseal(key, seal(key, text, tied, randomBytes), tied)).toEqual(Buffer.from(text))
      }),
    )
  })

  it('does not open when one field that it is bound to is another, missing or added', () => {
    const sealed = seal(key, Buffer.from('text'), bound, randomBytes)
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(bound), 'more'), value, (field, other) => {
        fc.pre(Reflect.get(bound, field) !== other)
        expect(unseal(key, sealed, { ...bound, [field]: other })).toBeUndefined()
        if (field === 'more') return
        const { [field]: _, ...less } = Object.fromEntries(Object.entries(bound))
        expect(unseal(key, sealed, less)).toBeUndefined()
      }),
    )
  })

  it('does not open when any byte was changed, or the end cut off', () => {
    const sealed = seal(key, Buffer.from('a text of some length'), bound, randomBytes)
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(unseal(key, changed, bound)).toBeUndefined()
      expect(unseal(key, sealed.subarray(0, at), bound)).toBeUndefined()
    }
  })

  it('does not open with another key, and never gives the same bytes twice', () => {
    const one = seal(key, Buffer.from('text'), bound, randomBytes)
    expect(unseal(deriveKey(key, 'another'), one, bound)).toBeUndefined()
    expect(Buffer.from(seal(key, Buffer.from('text'), bound, randomBytes)).equals(one)).toBe(false)
  })
})

describe('deriveKey', () => {
  it('gives each purpose its own key, the same each time', () => {
    expect(deriveKey(key, 'one')).toEqual(deriveKey(key, 'one'))
    expect(deriveKey(key, 'one')).not.toEqual(deriveKey(key, 'two'))
    expect(deriveKey(key, 'one')).toHaveLength(32)
  })
})

describe('disguise', () => {
  it('tells names apart for who has the key alone', () => {
    expect(disguise(key, 'ada')).toBe(disguise(key, 'ada'))
    expect(disguise(key, 'ada')).not.toBe(disguise(key, 'eve'))
    expect(disguise(randomBytes(32), 'ada')).not.toBe(disguise(key, 'ada'))
  })
})
