import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { MAX_FRAME_BYTES } from '@countersign/shared/channel/limits'
import { protocolVersion } from '@countersign/shared/protocol/version'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { openListener } from '../http/listener.ts'
import { origin, testBridge } from '../testing/test-bridge.ts'
import { testBrowser } from '../testing/test-browser.ts'
import type { Browsers } from './browsers.ts'

/** A bridge behind a real listener, and one browser that is paired and connected over a real socket. */
const house = async () => {
  const listener = await openListener({ ports: [0], version: '1' })
  onTestFinished(() => listener.close())
  const bridge = await testBridge(listener.port)
  listener.serveBridge(bridge.accept)
  const dial = async (): Promise<WebSocket> => {
    const ws = new WebSocket(`ws://127.0.0.1:${listener.port}/bridge`, { origin })
    onTestFinished(() => ws.terminate())
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject))
    return ws
  }
  const ada = await testBrowser(origin)
  const command = bridge.pair()
  const ws = await dial()
  const line = await ada.pair(command.code, frameSocket(ws))
  await line.hello()
  await command.outcome
  return { ...bridge, listener, knock: dial, ada, ws, line }
}

const frameSocket = (ws: WebSocket): FrameSocket => ({
  send: (frame) => ws.send(frame),
  close: (code) => ws.close(code),
  listen(on) {
    ws.on('message', (data) => on.frame(Buffer.isBuffer(data) ? data : new Uint8Array()))
    ws.on('close', (code) => on.closed(code))
  },
})

/** Resolves at the change after which no browser is connected. */
const alone = ({ connected, onChange }: Browsers): Promise<void> =>
  new Promise((resolve) => {
    const stop = onChange(() => {
      if (connected().length > 0) return
      stop()
      resolve()
    })
  })

const closeCode = (ws: WebSocket): Promise<number> => new Promise((resolve) => ws.once('close', resolve))

test('pairs and talks over a real socket, also in messages far over four kibibytes', async () => {
  const { line, roster } = await house()
  expect(roster.connected()).toHaveLength(1)
  const version = 'v'.repeat(3 * 1024 * 1024)
  expect(
    await line.peer.request(companionMethods.hello, {
      protocol: protocolVersion,
      version,
      head: null,
      session: crypto.randomUUID(),
    }),
  ).toMatchObject({
    standing: 'paired',
  })
})

test('closes on a frame over four mebibytes, and on one that does not open', async () => {
  const { ws, ada, listener, knock, roster } = await house()
  const gone = alone(roster)
  ws.send(new Uint8Array(MAX_FRAME_BYTES + 1))
  expect(await closeCode(ws)).toBe(1009)
  await gone

  const again = await knock()
  await (await ada.connect(frameSocket(again), listener.port)).hello()
  const goneAgain = alone(roster)
  again.send(new Uint8Array(64))
  expect(await closeCode(again)).toBe(4001)
  await goneAgain
})

test('a crowd that says nothing keeps nobody out', async () => {
  const { ws, ada, line, listener, knock, roster } = await house()
  const gone = closeCode(ws)
  await line.peer.close()
  await gone
  const codes: number[] = []
  const fiveCut = new Promise<void>((resolve) => {
    const join = async () => {
      codes.push(await closeCode(await knock()))
      if (codes.length === 5) resolve()
    }
    for (let count = 0; count < 20; count += 1) void join()
  })
  await (await ada.connect(frameSocket(await knock()), listener.port)).hello()
  expect(roster.connected()).toHaveLength(1)
  // Long before their three seconds are over: the oldest made room for the newest.
  await fiveCut
  expect(codes).toEqual([4001, 4001, 4001, 4001, 4001])
})

test('says goodbye when the companion stops', async () => {
  const { line, ws, close } = await house()
  const code = closeCode(ws)
  await close()
  await line.peer.closed
  expect(await code).toBe(1000)
})
