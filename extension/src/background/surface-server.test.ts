import { expect, test } from 'vitest'
import { isSurface } from './surface-server.ts'

const id = 'libcippkfpmjjmagobgemfiomliiolhb'
const page = `chrome-extension://${id}/popup.html`

test.each([
  ['the popup', { id, url: page }, true],
  ['the approval window', { id, url: `${page}?surface=window` }, true],
  ['a content script', { id, url: 'https://www.upwork.com/' }, false],
  ['another page of ours', { id, url: `chrome-extension://${id}/other.html` }, false],
  ['a page whose name begins alike', { id, url: `${page}.evil` }, false],
  ['another extension', { id: 'abcdefghijklmnopabcdefghijklmnop', url: page }, false],
  ['one without an address', { id }, false],
  ['one without an id', { url: page }, false],
])('%s may ask: %s', (_who, sender, may) => {
  expect(isSurface(sender, id, page)).toBe(may)
})
