import { expect, test } from 'vitest'
import { ChannelError } from '@countersign/shared/channel/channel-error'
import { CountersignError } from '@countersign/shared/errors'
import { refusalOfPairing } from './pairing.ts'

const refusedAfter = (after: 'M1' | 'M3') => new ChannelError('refused', 'refused', { after, closeCode: 4001 })

test.each([
  [new CountersignError('not_running'), 'not_running'],
  [new ChannelError('bad-code', 'x'), 'code_wrong'],
  [refusedAfter('M1'), 'code_expired'],
  [refusedAfter('M3'), 'code_used'],
  [new ChannelError('wrong-companion', 'x'), 'foreign_companion'],
  [new ChannelError('timeout', 'x'), 'foreign_companion'],
  [new ChannelError('malformed', 'x'), 'foreign_companion'],
  [new ChannelError('library', 'x'), 'internal'],
  [new Error('x'), 'internal'],
])('%s: %s', (thrown, code) => {
  expect(refusalOfPairing(thrown).code).toBe(code)
})

test('says honestly that a closed window may mean either', () => {
  expect(refusalOfPairing(refusedAfter('M1')).reason).toBe(
    'This code is older than two minutes, or was used or taken back before.',
  )
})
