import { expect, test } from 'vitest'
import { browserLabel } from './browser-label.ts'

const brands = (...names: string[]) => [{ brand: 'Not;A=Brand' }, ...names.map((brand) => ({ brand }))]

test.each([
  [{ brands: brands('Chromium', 'Google Chrome'), platform: 'macOS' }, 'Google Chrome on macOS'],
  [{ brands: brands('Chromium'), platform: 'Linux' }, 'Chromium on Linux'],
  [{ brands: brands('Something New'), platform: '' }, 'Browser'],
  [{ brands: brands('Chromium'), platform: 'x\u202E'.repeat(40) }, 'Chromium'],
  [undefined, 'Browser'],
])('%j is called %s', (data, label) => {
  expect(browserLabel(data)).toBe(label)
})
