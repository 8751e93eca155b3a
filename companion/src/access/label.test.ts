import { describe, expect, it } from 'vitest'
import { thrownBy } from '../testing/thrown-by.ts'
import { labelKey, requireLabel } from './label.ts'

const good = ['Claude Code', 'cursor', 'a', 'x'.repeat(40), 'v1.2_b-3', 'Помощник', '7']
const bad = [
  '',
  ' ',
  'x'.repeat(41),
  ' a',
  'a ',
  'a  b',
  '...',
  'a/b',
  '../a',
  'a\n',
  'a\u0000',
  'pаypal',
  'Terminal',
  'TERMINAL',
  'e\u0301',
  // Letters that look like nothing.
  'Claude\u3164',
  'Terminal\u115F',
]

describe('labels', () => {
  it.each(good)('takes %j', (label) => expect(() => requireLabel(label)).not.toThrow())
  it.each(bad)('refuses %j', (label) => expect(thrownBy(() => requireLabel(label)).code).toBe('label_invalid'))
  it('knows a label whatever its case', () => expect(labelKey('Claude CODE')).toBe(labelKey('claude code')))
})
