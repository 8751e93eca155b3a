import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createIdentity } from '@countersign/shared/channel/identity'
import { openBridgeSocket, type BridgeSocket } from '../support/bridge-socket.ts'
import { createChance } from '../support/chance.ts'
import { beginPairing } from '../support/pairing.ts'
import { upgradeHead } from '../support/raw-request.ts'
import { dial, gone, ourDoor, upgraded } from '../support/raw-socket.ts'
import { residentMemory } from '../support/resident-memory.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { createWireBrowser } from '../support/wire-browser.ts'
import { openWorld, type World } from '../support/world.ts'

// Whatever a program throws at the bridge ends its own connection with a code, and is nobody else's business.

const account = 'example-freelancer'
const megabyte = 1024 * 1024
const refused = 4001

let world: World
let port: number
let pid: number
beforeAll(async () => {
  world = await openWorld()
  ;({ port } = world.companion)
  await world.signIn(account)
  await world.pair()
  pid = (await statusOf(world.companion)).companion.pid
})
afterAll(() => world.close())

/** The paired browser is served as ever, by the same process, in about the same memory. */
afterEach(async () => {
  const { companion, browsers } = await statusOf(world.companion)
  if (companion.pid !== pid || browsers[0]?.connected !== true) throw new Error('The paired browser was disturbed.')
  const memory = await residentMemory(pid)
  if (memory !== undefined && memory.most > 400) throw new Error(`The companion has grown to ${memory.most} MiB.`)
})

describe('before the handshake', () => {
  test.each([
    ['a message of five kilobytes', (socket: BridgeSocket) => socket.send(new Uint8Array(5 * 1024))],
    ['a message of eight megabytes', (socket: BridgeSocket) => socket.send(new Uint8Array(8 * megabyte))],
    ['many small messages', (socket: BridgeSocket) => repeat(200, () => socket.send(new Uint8Array(68)))],
    ['text', (socket: BridgeSocket) => socket.ws.send('{"id":1,"method":"hello"}')],
    ['nothing in it', (socket: BridgeSocket) => socket.send(new Uint8Array(0))],
    ['an opening message of another version', (socket: BridgeSocket) => socket.send(Uint8Array.of(1, 2, 2))],
    [
      'an opening message with no key',
      (socket: BridgeSocket) => socket.send(Buffer.from([1, 1, 2, ...new Uint8Array(65).fill(7)])),
    ],
  ])('%s: closed with the one code for every refusal', async (_, act) => {
    const socket = await openBridgeSocket(port)
    act(socket)
    // A message beyond all limits is answered by the WebSocket's own code, or by hanging up in its middle.
    expect([refused, 1006, 1009]).toContain(await socket.closed())
    expect(socket.heard).toEqual([])
  })

  test('silence, from the start or in the middle: closed after three seconds', async () => {
    const began = performance.now()
    const silent = await openBridgeSocket(port)
    const halfway = await openBridgeSocket(port)
    const { publicKey } = await createIdentity({ extractable: false })
    halfway.send(Buffer.from([1, 1, 2, ...publicKey]))
    await until('the answer to the opening message', () => halfway.heard.length === 1)
    expect(await Promise.all([silent.closed(), halfway.closed()])).toEqual([refused, refused])
    expect(performance.now() - began).toBeGreaterThan(2_500)
  })

  test('a request that never ends, and a frame that comes byte by byte: hung up on within seconds', async () => {
    const slow = await dial(port)
    slow.write(`GET /bridge HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`)
    const dribbling = await upgraded(port)
    // A frame of 68 bytes is announced, and half of it comes.
    dribbling.write(Buffer.concat([Buffer.from([0x82, 0x80 | 68, 1, 2, 3, 4]), Buffer.alloc(30)]))
    expect(await Promise.all([gone(slow), gone(dribbling)])).toEqual(['gone', 'gone'])
  })

  test.each([
    ['a compressed frame, though none was agreed on', [0xc2, 0x81, 0, 0, 0, 0, 1]],
    ['a frame without its mask', [0x82, 0x01, 1]],
    ['a reserved kind of frame', [0x83, 0x80, 0, 0, 0, 0]],
    ['a frame of a length that no machine has', [0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]],
    ['a ping longer than pings are', [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]],
  ])('%s: hung up on', async (_, bytes) => {
    const socket = await upgraded(port, { 'sec-websocket-extensions': 'permessage-deflate' })
    socket.write(Buffer.from(bytes))
    expect(await gone(socket)).toBe('gone')
  })

  test('compression is not agreed on', async () => {
    const socket = await dial(port)
    let answer = ''
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.write(upgradeHead({ ...ourDoor(port), 'sec-websocket-extensions': 'permessage-deflate' }))
    await until('the answer', () => answer.includes('\r\n\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    expect(answer.toLowerCase()).not.toContain('sec-websocket-extensions')
    socket.destroy()
  })

  test('a hundred half-open ones do not keep the paired browser out', async () => {
    const crowd = await Promise.all(Array.from({ length: 100 }, () => openBridgeSocket(port)))
    await world.extension.stopWorker()
    await using popup = await world.extension.openPopup(world.tab)
    await until('the popup is connected', () => popup.isEnabled('Pause all agents'))
    for (const socket of crowd) expect(await socket.closed()).toBe(refused)
  })
})

describe('after the handshake, from a browser that waits to be let in', () => {
  const chance = createChance(9)
  test.each<[string, (socket: BridgeSocket) => void, number[]]>([
    ['a message of five megabytes', (socket) => socket.send(new Uint8Array(5 * megabyte)), [1009, refused, 1006]],
    ['a message that does not open', (socket) => socket.send(Buffer.from([0x10, ...chance.bytes(60)])), [refused]],
    ['a message of no kind', (socket) => socket.send(chance.bytes(60).fill(0xff, 0, 1)), [refused]],
    ['text', (socket) => socket.ws.send('hello'), [refused]],
  ])('%s: closed with a code', async (_, act, codes) => {
    const intruder = await createWireBrowser('A browser that waits')
    await using pairing = await beginPairing(world.companion)
    let socket: BridgeSocket | undefined
    const line = await intruder.pair(pairing.code, (dialled) => {
      socket = dialled
      return dialled
    })
    expect((await line.hello()).standing).toBe('held')
    if (socket === undefined) throw new Error('Nothing was dialled.')
    act(socket)
    expect(codes).toContain(await socket.closed())
    pairing.command.signal('SIGINT')
    await pairing.command.ended
    await until('its question is gone', async () => (await statusOf(world.companion)).pending === 0)
  })
})

test('after all of that, one click saves', async () => {
  const { extension, tab } = world
  await using popup = await extension.openPopup(tab)
  await popup.press('Save session')
  expect(await popup.says('status', 'Saved')).toContain('version 1')
})

function repeat(times: number, act: () => unknown): void {
  for (let time = 0; time < times; time += 1) act()
}
