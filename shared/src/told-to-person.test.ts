import { describe, expect, it } from 'vitest'
import { errorCodes, isErrorCode, refusal } from './errors.ts'
import { toldToPerson } from './told-to-person.ts'

describe('a refusal told to the person', () => {
  it.each(Object.keys(errorCodes).filter(isErrorCode))('%s is one line that speaks to her', (code) => {
    const line = toldToPerson(refusal(code))
    expect(line).toMatch(/^[^\n]+\. [A-Z][^\n]*\.$/)
    expect(line).not.toMatch(/the person|call again|your call/i)
  })

  it('keeps the reason that she gave', () => {
    const line = toldToPerson(refusal('approval_denied', { reason: 'The person said no: Not today.' }))
    expect(line).toBe('You said no: Not today. Nothing was done.')
  })

  it("keeps words that are better than the table's", () => {
    const given = refusal('signed_out', { next: 'Sign in on the other tab.' })
    expect(toldToPerson(given)).toBe('The Upwork tab is signed out. Sign in on the other tab.')
  })

  it('leaves a code of another version as it is', () => {
    expect(toldToPerson({ code: 'new_one', reason: 'It rains.', next: 'Wait.' })).toBe('It rains. Wait.')
  })
})
