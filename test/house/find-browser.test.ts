import { expect, test } from 'vitest'
import { findBrowser } from '../../scripts/find-browser.mjs'

const only =
  (...there: string[]) =>
  (path: string): boolean =>
    there.includes(path)

test('CHROME_PATH names the browser, or none is taken', () => {
  const env = { CHROME_PATH: '/opt/mine', PATH: '/usr/bin' }
  expect(findBrowser({ env, platform: 'linux', usable: only('/opt/mine', '/usr/bin/chromium') })).toBe('/opt/mine')
  expect(findBrowser({ env, platform: 'linux', usable: only('/usr/bin/chromium') })).toBeUndefined()
})

test.each([
  ['linux', '/usr/bin/google-chrome'],
  ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  ['win32', String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`],
])('on %s it is found in the usual place', (platform, path) => {
  const env = { PATH: '/bin', ProgramFiles: String.raw`C:\Program Files` }
  expect(findBrowser({ env, platform, usable: only(path) })).toBe(path)
})

test('where there is none, there is none', () => {
  expect(findBrowser({ env: {}, platform: 'linux', usable: () => false })).toBeUndefined()
})
