import type { Observation } from '@countersign/shared/session/observation'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Heard, observedOf } from './observed-of.ts'

const ada = { account: 'ada', record: 'r2' }
const heard = (signIn: Observation['signIn'], account: string, proof: Observation['proof'] = null, record = 'r2') => ({
  observation: { signIn, account, proof },
  record,
})
const same = heard('signed-in', 'ada', 'same')
const rotated = heard('signed-in', 'ada', 'rotated')
const signedIn = heard('signed-in', 'ada')
const inDoubt = heard('uncertain', 'ada')
const out = heard('signed-out', 'ada')
const outOfNone = heard('signed-out', 'unknown')
const unknown = heard('uncertain', 'unknown')
const bob = heard('signed-in', 'bob', 'same')

describe('how an account stands to what the browsers hold', () => {
  it.each([
    ['nobody has told', [], null],
    ['the same', [same], 'same'],
    ['rotated', [rotated], 'rotated'],
    ['signed in, and nothing to compare with', [signedIn], null],
    ['the same as a record before', [heard('signed-in', 'ada', 'same', 'r1')], null],
    ['rotated since a record before', [heard('signed-in', 'ada', 'rotated', 'r1')], null],
    ['in doubt', [inDoubt], 'uncertain'],
    ['signed out of it', [out], 'signed-out'],
    ['signed out, and of nobody knows what', [outOfNone], 'signed-out'],
    ['signed out of another', [heard('signed-out', 'bob')], 'signed-out'],
    ['in doubt whose it is', [unknown], 'uncertain'],
    ['another account', [bob], 'another-account'],
    ['in doubt, and another account', [heard('uncertain', 'bob')], 'another-account'],
    ['one browser each', [bob, same], 'same'],
    ['one browser each, and rotated', [bob, rotated], 'rotated'],
    ['rotated in one, the same in the other', [rotated, same], 'same'],
    ['signed out of it in one, another account in the other', [bob, out], 'signed-out'],
    ['signed out in one, another account in the other', [outOfNone, bob], 'another-account'],
    ['signed out in one, the same in the other', [out, same], 'same'],
    ['signed in without a word on the proof, another account in the other', [signedIn, bob], null],
  ] as const)('%s', (_case, said, expected) => {
    expect(observedOf(ada, said)).toBe(expected)
  })

  it('is known of the account without a name as doubt alone', () => {
    const nameless = { account: 'unknown', record: 'r2' }
    expect(observedOf(nameless, [unknown])).toBe('uncertain')
    expect(observedOf(nameless, [bob])).toBe('another-account')
    expect(observedOf(nameless, [outOfNone])).toBe('signed-out')
  })

  const anyHeard: fc.Arbitrary<Heard> = fc.record({
    observation: fc.record({
      signIn: fc.constantFrom('signed-in', 'signed-out', 'uncertain'),
      account: fc.constantFrom('ada', 'bob', 'unknown'),
      proof: fc.constantFrom('same', 'rotated', null),
    }),
    record: fc.constantFrom('r1', 'r2', null),
  })

  it('does not depend on who told first, nor on how often', () => {
    fc.assert(
      fc.property(fc.array(anyHeard), (all) => {
        const expected = observedOf(ada, all)
        expect(observedOf(ada, all.toReversed())).toBe(expected)
        expect(observedOf(ada, [...all, ...all])).toBe(expected)
      }),
    )
  })

  it('is not changed by a browser on another account, where one on this account has told', () => {
    fc.assert(
      fc.property(fc.array(anyHeard), fc.constantFrom(bob, heard('signed-out', 'bob'), outOfNone), (all, other) => {
        const about = all.filter(({ observation }) => observation.account === 'ada')
        fc.pre(about.length > 0)
        expect(observedOf(ada, [...about, other])).toBe(observedOf(ada, about))
      }),
    )
  })
})
