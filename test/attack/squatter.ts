import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createIdentity } from '@countersign/shared/channel/identity'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Chance } from '../support/chance.ts'
import { openBridgeSocket } from '../support/bridge-socket.ts'
import { until, within } from '../support/until.ts'
import type { WireBrowser } from '../support/wire-browser.ts'
import { changed, cutShort, lengthened, overwritten } from './spoil-bytes.ts'
import { insist, playKinds, type Kind, type Plan } from './tries.ts'

const [opening, third] = [68, 149]
const keyBytes = 65

/** What a squatter says to a browser's opening message. */
type Answer = (chance: Chance, m1: Buffer) => Promise<readonly Buffer[]> | readonly Buffer[]

/**
 * A program in the companion's place, on what the browser believes to be its very port: whatever it answers, it hears one opening
 * message and nothing after it.
 */
export async function squatOnPort(port: number, [browser]: readonly WireBrowser[], plan: Plan): Promise<void> {
  if (browser === undefined) throw new Error('Somebody has to come to the squatter.')
  const heard: Buffer[] = []
  let answer: (ws: WebSocket, m1: Buffer) => unknown = () => undefined
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await within(10, 'the port', once(server, 'listening'))
  server.on('connection', (ws) => {
    ws.on('error', () => undefined)
    ws.on('message', (data: RawData) => {
      if (!Buffer.isBuffer(data)) return
      heard.push(data)
      if (heard.length === 1) answer(ws, data)
    })
  })
  const address: AddressInfo | string | null = server.address()
  const squatted = typeof address === 'object' && address !== null ? address.port : 0

  /**
   * What the browser sends to one who answers like this, by its lengths. It is the browser that has to go, unless it is hung up on
   * after so many of its messages.
   */
  const met: Meeting = async (chance, say, hangUpAfter) => {
    heard.length = 0
    const answered = new Promise<void>((resolve, reject) => {
      answer = (ws, m1) => {
        Promise.resolve(say(chance, m1))
          .then((frames) => {
            for (const frame of frames) ws.send(frame)
            resolve()
            return hangUpAfter === undefined ? undefined : until('it has said that', () => heard.length >= hangUpAfter)
          })
          .then(() => {
            if (hangUpAfter !== undefined) ws.close(4001)
          })
          .catch(reject)
      }
    })
    const transport = await browser.meet(port, undefined, squatted).catch(() => undefined)
    await answered
    await until('the browser has gone', () => server.clients.size === 0)
    return { lengths: heard.map(({ length }) => length).join('+'), letIn: transport !== undefined }
  }
  try {
    await playKinds(plan, kindsFor(port, met), [undefined])
  } finally {
    for (const ws of server.clients) ws.terminate()
    server.close()
  }
}

type Meeting = (chance: Chance, say: Answer, hangUpAfter?: number) => Promise<{ lengths: string; letIn: boolean }>

function kindsFor(port: number, met: Meeting): readonly Kind<unknown>[] {
  const saying = (name: string, say: Answer, hangUpAfter?: number): Kind<unknown> => ({
    name,
    async play(chance) {
      const { lengths, letIn } = await met(chance, say, hangUpAfter)
      insist(!letIn, 'The browser took it for its companion.')
      insist(lengths === String(opening), `The browser sent ${lengths} bytes.`)
      return 'heard one opening message'
    },
  })
  return [
    {
      // It takes the companion's own answer to get any further; what it hears then is sealed.
      name: 'what the companion itself says to that',
      async play(chance) {
        const { lengths } = await met(chance, async (_, m1) => [await companionSays(port, m1)], 2)
        insist(lengths === `${opening}+${third}`, `The browser sent ${lengths} bytes.`)
        return 'heard an opening message, and a sealed one'
      },
    },
    saying('nothing, and hangs up', () => [], 1),
    saying('chance', (chance) => [chance.bytes(chance.whole(1, 400))]),
    saying('chance of the right length and kind', (chance) => [overwritten(chance.bytes(212), 0, Uint8Array.of(2))]),
    saying('a proof of its own identity', async () => [await companionSays(port, await openingMessage(), true)]),
    saying('what the companion said to somebody else', async () => [await companionSays(port, await openingMessage())]),
    saying('the companion’s words with a byte changed', async (chance, m1) => [
      changed(await companionSays(port, m1), chance),
    ]),
    saying('the companion’s words, cut short', async (chance, m1) => [cutShort(await companionSays(port, m1), chance)]),
    saying('the companion’s words, lengthened', async (chance, m1) => [
      lengthened(await companionSays(port, m1), chance),
    ]),
    saying('the companion’s key, and chance', async (chance, m1) => {
      const said = await companionSays(port, m1)
      return [overwritten(chance.bytes(212), 0, said.subarray(0, 1 + 2 * keyBytes))]
    }),
    saying('the browser’s own message', (_, m1) => [m1]),
    saying('a great deal', (chance) => [Buffer.alloc(chance.one([5_000, 100_000, 3_000_000]), 2)]),
  ]
}

/** The companion's answer to this opening message; with `forged`, another key in the place of its own. */
async function companionSays(port: number, m1: Buffer, forged = false): Promise<Buffer> {
  const socket = await openBridgeSocket(port)
  socket.send(m1)
  const said = await until('the companion has answered', () => socket.heard[0])
  socket.close(1000)
  return forged ? overwritten(said, 1 + keyBytes, (await createIdentity({ extractable: false })).publicKey) : said
}

async function openingMessage(): Promise<Buffer> {
  return Buffer.from([1, 1, 2, ...(await createIdentity({ extractable: false })).publicKey])
}
