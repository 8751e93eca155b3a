import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kindsInBrowser, openRelayedBrowser, type RelayedBrowser } from '../attack/relay-before-browser.ts'
import { changed } from '../attack/spoil-bytes.ts'
import { createTally } from '../attack/tally.ts'
import { playKinds } from '../attack/tries.ts'
import { createChance } from '../support/chance.ts'
import type { Companion } from '../support/companion.ts'
import type { Extension } from '../support/extension.ts'
import { beginPairing } from '../support/pairing.ts'
import type { Meddling, RelayBetween } from '../support/relay-between.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'

// A program that sits between browser and companion, where both believe to be alone: it may cut the line, and that is all it can.

const chance = createChance(5)
let relayed: RelayedBrowser
let companion: Companion
let relay: RelayBetween
let extension: Extension
let tab: Page
beforeAll(async () => {
  relayed = await openRelayedBrowser()
  ;({ companion, relay, extension, tab } = relayed)
})
afterAll(() => relayed[Symbol.asyncDispose]())

test.each(['first', 'second', 'third', 'fourth'])(
  'a changed byte in the %s message of a pairing leaves no pin at either end',
  async (message) => {
    const tally = createTally()
    const kinds = kindsInBrowser(relayed).filter(({ name }) => name.includes(message))
    await playKinds({ seed: 5, count: 2, report: tally.report }, kinds, [undefined])
    expect(tally.ended('no pin at either end')).toBe(2)
  },
)

test('passing all on, it sees lengths and public keys, and nothing of what is said', async () => {
  relay.meddle(undefined)
  const before = relay.connections.length
  await using pairing = await beginPairing(companion)
  await using popup = await extension.openPopup(tab)
  await popup.fill('Pairing code', pairing.code)
  await popup.press('Pair')
  const { fingerprint, browser } = await pairing.paired()
  await until('the popup is connected', () => popup.isEnabled('Pause all agents'))

  const frames = relay.connections.slice(before).flat()
  expect(frames.slice(0, 4).map(({ bytes }) => bytes.length)).toEqual([68, 212, 357, 28])
  expect(frames.length).toBeGreaterThan(5)
  const seen = Buffer.concat(frames.map(({ bytes }) => bytes)).toString('latin1')
  const secret = pairing.code.slice(pairing.code.indexOf('.') + 1)
  for (const word of [browser, fingerprint, 'hello', 'paired', 'overview', secret]) expect(seen).not.toContain(word)
  expect(seen).not.toContain(Buffer.from(secret, 'base64url').toString('latin1'))
})

let earlier: Buffer = Buffer.alloc(0)
const atHello =
  (act: (bytes: Buffer) => ReturnType<Meddling>): Meddling =>
  ({ from, index, bytes }) => {
    if (from === 'browser' && index === 2) return act(bytes)
    return [{ to: from === 'browser' ? 'companion' : 'browser', bytes }]
  }

let held: Buffer | undefined
/** The companion's first message is kept until its second comes. */
const atFirstTwo =
  (act: (first: Buffer, second: Buffer) => ReturnType<Meddling>): Meddling =>
  ({ from, index, bytes }) => {
    if (from === 'browser' || index < 2) return [{ to: from === 'browser' ? 'companion' : 'browser', bytes }]
    if (index === 2) held = bytes
    return index === 3 && held !== undefined ? act(held, bytes) : []
  }

test.each<[string, Meddling]>([
  ['left out', atFirstTwo((_, second) => [{ to: 'browser', bytes: second }])],
  [
    'overtaken by the next',
    atFirstTwo((first, second) => [second, first].map((bytes) => ({ to: 'browser', bytes }) as const)),
  ],
  ['changed', atHello((bytes) => [{ to: 'companion', bytes: changed(bytes, chance) }])],
  [
    'doubled',
    atHello((bytes) => [
      { to: 'companion', bytes },
      { to: 'companion', bytes },
    ]),
  ],
  ['sent back to its sender', atHello((bytes) => [{ to: 'browser', bytes }])],
  ['cut short', atHello((bytes) => [{ to: 'companion', bytes: bytes.subarray(0, -1) }])],
  ['replaced by that of an earlier connection', atHello(() => [{ to: 'companion', bytes: earlier }])],
  [
    'followed by one of its own',
    atHello((bytes) => [
      { to: 'companion', bytes },
      { to: 'companion', bytes: chance.bytes(80) },
    ]),
  ],
])('a message that is %s ends the connection at once; the next one is a new conversation', async (_, meddling) => {
  earlier = relay.connections.flat().findLast(({ from, index }) => from === 'browser' && index === 2)?.bytes ?? earlier
  const { length } = relay.ends
  relay.meddle(meddling)
  await extension.stopWorker()
  await using popup = await extension.openPopup(tab)
  await until('the meddled connection has ended', () => relay.ends.slice(length).some(({ code }) => code === 4001))
  relay.meddle(undefined)

  await whenConnected(companion, 45)
  await until('the popup is connected', () => popup.isEnabled('Pause all agents'))
  expect((await statusOf(companion)).browsers).toHaveLength(1)
})
