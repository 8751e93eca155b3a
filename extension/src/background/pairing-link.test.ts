import { expect, test } from 'vitest'
import { makePairingCode } from '@countersign/shared/channel/pairing-code'
import { codeFromLink } from './pairing-link.ts'

const code = makePairingCode(47_616, new Uint8Array(32).fill(7))
const message = { kind: 'pairing-code', code }
const page = {
  origin: 'http://127.0.0.1:47616',
  frameId: 0,
  documentLifecycle: 'active',
  url: 'http://127.0.0.1:47616/pair',
}

test('takes the code of the page on the very port that it names', () => {
  expect(codeFromLink(message, page)).toBe(code)
})

test.each([
  ['another port', message, { ...page, origin: 'http://127.0.0.1:47617' }],
  ['localhost', message, { ...page, origin: 'http://localhost:47616' }],
  ['https', message, { ...page, origin: 'https://127.0.0.1:47616' }],
  ['no origin', message, { ...page, origin: undefined }],
  ['a frame', message, { ...page, frameId: 3 }],
  ['a page that is prerendered', message, { ...page, documentLifecycle: 'prerender' }],
  ['a page in the back-forward cache', message, { ...page, documentLifecycle: 'cached' }],
  ['another extension', message, { id: 'abcdefghijklmnop' }],
  ['something that is no code', { kind: 'pairing-code', code: '47616.short' }, page],
  ['more than a code', { ...message, more: 1 }, page],
  ['nothing', undefined, page],
])('takes none from %s', (_case, said, sender) => {
  expect(codeFromLink(said, sender)).toBeUndefined()
})
