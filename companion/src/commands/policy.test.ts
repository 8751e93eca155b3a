import { describe, expect, it } from 'vitest'
import type { PolicyShown } from '../control/policy-answers.ts'
import { problemsInWords, standingInWords } from './policy.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const shown: PolicyShown = {
  text: '{}',
  number: 3,
  how: 'accepted',
  at: '2026-11-24T11:00:00.000Z',
  path: '/state/policy.json',
  proposal: { state: 'none', problems: [], opens: [], closes: [] },
}
const said = (more: Partial<Omit<PolicyShown, 'proposal'>>, proposal: Partial<PolicyShown['proposal']> = {}) =>
  standingInWords({ ...shown, ...more, proposal: { ...shown.proposal, ...proposal } }, now)

describe('how the policy stands', () => {
  it.each([
    [said({ how: 'default', number: 0, at: null }), ['In force: the default, since none was accepted yet.']],
    [said({}), ['In force: number 3, accepted 1 hour ago.']],
    [said({ how: 'closed' }), ['In force: number 3, with what policy.json closed 1 hour ago.']],
    [said({}, { state: 'in-force' }), ['In force: number 3, accepted 1 hour ago.']],
    [
      said({}, { state: 'invalid', problems: [{ path: '/default', message: 'No.' }] }),
      [
        'In force: number 3, accepted 1 hour ago.',
        '/state/policy.json has 1 mistake and changes nothing. Run `countersign policy check`.',
      ],
    ],
    [
      said({}, { state: 'waiting', opens: ['A opens.'], closes: ['B closes.'] }),
      [
        'In force: number 3, accepted 1 hour ago.',
        '/state/policy.json waits for your answer in the browser.',
        '  opens   A opens.',
        '  closes  B closes.',
      ],
    ],
    [
      said({}, { state: 'denied' }),
      [
        'In force: number 3, accepted 1 hour ago.',
        '/state/policy.json differs from it, and you denied that. Change the file to be asked again.',
      ],
    ],
  ])('%j', (lines, expected) => {
    expect(lines).toEqual(expected)
  })
})

it('names each mistake with its place', () => {
  const problems = [
    { path: '', message: '`default` is missing.' },
    { path: '/hide/0', message: 'This has to be a text.' },
  ]
  expect(problemsInWords('policy.json', problems)).toBe(
    'policy.json has 2 mistakes:\n  `default` is missing.\n  /hide/0: This has to be a text.',
  )
})
