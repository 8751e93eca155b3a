import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createIdentity } from '@countersign/shared/channel/identity'
import { openBridgeSocket, ourOrigin, type BridgeSocket } from '../support/bridge-socket.ts'
import { createChance } from '../support/chance.ts'
import { beginPairing } from '../support/pairing.ts'
import { upgradeHead } from '../support/raw-request.ts'
import { statusOf } from '../support/status.ts'
import { until, within } from '../support/until.ts'
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
  const megabytes = await residentMegabytes(pid)
  if (megabytes > 400) throw new Error(`The companion has grown to ${megabytes} MiB.`)
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
    const slow = await dial()
    slow.write(`GET /bridge HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`)
    const dribbling = await upgraded()
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
    const socket = await upgraded({ 'sec-websocket-extensions': 'permessage-deflate' })
    socket.write(Buffer.from(bytes))
    expect(await gone(socket)).toBe('gone')
  })

  test('compression is not agreed on', async () => {
    const socket = await dial()
    let answer = ''
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.write(upgradeHead({ ...door(), 'sec-websocket-extensions': 'permessage-deflate' }))
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

  test('ten thousand frames and pieces of chance: each comes to its end', async () => {
    const chance = createChance(8)
    for (let round = 0; round < 200; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 5 }, () => openBridgeSocket(port)))
      for (const socket of sockets) repeat(8, () => socket.send(chance.bytes(chance.whole(0, 400))))
      const streams = await Promise.all(Array.from({ length: 2 }, () => upgraded()))
      for (const stream of streams) repeat(5, () => stream.write(chance.bytes(chance.whole(1, 300))))
      for (const stream of streams) stream.end()
      await Promise.all([...sockets.map((socket) => socket.closed()), ...streams.map(gone)])
      expect(sockets.flatMap(({ heard }) => heard)).toEqual([])
    }
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

const door = () => ({ host: `127.0.0.1:${port}`, origin: ourOrigin })

function repeat(times: number, act: () => unknown): void {
  for (let time = 0; time < times; time += 1) act()
}

async function dial(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  // Being hung up on in the middle of writing is what is waited for.
  socket.on('error', () => undefined)
  await within(10, 'the connection', once(socket, 'connect'))
  return socket
}

/** A raw socket past the upgrade, for bytes that no WebSocket library would send. */
async function upgraded(headers: Record<string, string> = {}): Promise<Socket> {
  const socket = await dial()
  socket.write(upgradeHead({ ...door(), ...headers }))
  await within(10, 'the upgrade', once(socket, 'data'))
  return socket
}

async function gone(socket: Socket): Promise<'gone'> {
  socket.resume()
  if (!socket.closed) await within(10, 'the other end to hang up', once(socket, 'close'))
  return 'gone'
}

async function residentMegabytes(process: number): Promise<number> {
  if (globalThis.process.platform !== 'linux') return 0
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${process}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
