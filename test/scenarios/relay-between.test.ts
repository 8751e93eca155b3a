import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBelongings } from '../support/belongings.ts'
import { createChance } from '../support/chance.ts'
import { openChromium, type Chromium } from '../support/chromium.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import type { Extension } from '../support/extension.ts'
import { beginPairing, pairedBrowsers } from '../support/pairing.ts'
import { builtExtension } from '../support/places.ts'
import { openRelayBetween, type Meddling, type RelayBetween } from '../support/relay-between.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'

// A program that sits between browser and companion, where both believe to be alone: it may cut the line, and that is all it can.

const chance = createChance(5)
const parts = createBelongings()
let companion: Companion
let relay: RelayBetween
let chromium: Chromium
let extension: Extension
let tab: Page
beforeAll(async () => {
  companion = parts.keep(await createCompanion())
  await companion.start()
  relay = parts.keep(await openRelayBetween(companion.port))
  // The browser dials the companion's port, and comes to the relay: the port is the right one at both ends.
  const detour = `--host-resolver-rules=MAP 127.0.0.1:${companion.port} 127.0.0.1:${relay.port}`
  chromium = parts.keep(await openChromium({ arguments: [detour] }))
  extension = await chromium.loadExtension(builtExtension)
  tab = await chromium.open('about:blank')
})
afterAll(() => parts.close())

/** Changes one byte, anywhere in it. */
const changed = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  const at = chance.whole(0, copy.length - 1)
  copy.writeUInt8(copy.readUInt8(at) ^ chance.whole(1, 255), at)
  return copy
}

test.each([
  ['first', 'browser', 0],
  ['second', 'companion', 0],
  ['third', 'browser', 1],
  ['fourth', 'companion', 1],
] as const)('a changed byte in the %s message of a pairing leaves no pin at either end', async (_, end, index) => {
  for (const _ of ['once', 'twice']) {
    relay.meddle(({ from, index: at, bytes }) => [
      {
        to: from === 'browser' ? 'companion' : 'browser',
        bytes: from === end && at === index ? changed(bytes) : bytes,
      },
    ])
    await using pairing = await beginPairing(companion)
    await using popup = await extension.openPopup(tab)
    await popup.fill('Pairing code', pairing.code)
    await popup.press('Pair')
    expect(await popup.says('alert', 'Run countersign ')).toMatch(/code|Countersign/)
    expect(await until('it is on the page', () => popup.find('textbox', 'Pairing code'))).toBeDefined()
    await popup.close()
    expect(await pairedBrowsers(companion)).toEqual([])
    expect((await pairing.command.close()).code).not.toBe(0)
  }
})

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
  ['changed', atHello((bytes) => [{ to: 'companion', bytes: changed(bytes) }])],
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
