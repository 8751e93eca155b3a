import { expect, it } from 'vitest'
import { thrownBy } from '../testing/thrown-by.ts'
import { formatNames } from './format-names.ts'
import { findFormat, formats } from './formats.ts'

it('lists every format once, in the order of --help, and finds each by its name', () => {
  expect(formats.map(({ name }) => name)).toEqual(Object.keys(formatNames))
  for (const format of formats) expect(findFormat(format.name)).toBe(format)
})

it.each(['cookies', 'Playwright', '', '__proto__', 'toString'])(
  'tells the known formats when asked for “%s”',
  (name) => {
    expect(thrownBy(() => findFormat(name))).toMatchObject({
      code: 'unknown_format',
      next: 'Take one of: playwright, puppeteer, netscape, header, json.',
    })
  },
)
