import { createIdentity } from '@countersign/shared/channel/identity'
import { openBridgeSocket, type BridgeSocket } from '../support/bridge-socket.ts'
import type { Chance } from '../support/chance.ts'
import { gone, upgraded } from '../support/raw-socket.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

const refused = 4001
/** What a WebSocket says by itself: of a frame that is none, of text that is none, of one that is too long; or nothing. */
const ofWebSocket = [1002, 1006, 1007, 1009]

/** Frames and bytes of chance at the bridge, from somebody who has shown nothing. */
export async function throwNoise(port: number, plan: Plan): Promise<void> {
  await playKinds(plan, kindsFor(port), [1, 2, 3, 4, 5, 6])
}

const kindsFor = (port: number): readonly Kind<number>[] => [
  {
    name: 'frames of chance',
    units: 8,
    play: (chance) => closing(port, (socket) => times(8, () => socket.send(chance.bytes(chance.whole(0, 400))))),
  },
  {
    name: 'bytes of chance behind the upgrade',
    units: 5,
    async play(chance) {
      const stream = await upgraded(port)
      times(5, () => stream.write(chance.bytes(chance.whole(1, 300))))
      stream.end()
      return gone(stream)
    },
  },
  {
    name: 'the head of a frame, and bytes of chance',
    units: 2,
    async play(chance) {
      const stream = await upgraded(port)
      const mask = chance.bytes(4)
      const head = [chance.whole(0, 255), chance.whole(0, 255)]
      stream.write(Buffer.concat([Buffer.from(head), mask, chance.bytes(chance.whole(0, 300))]))
      stream.write(chance.bytes(chance.whole(1, 300)))
      stream.end()
      return gone(stream)
    },
  },
  {
    name: 'text of chance',
    units: 2,
    play: (chance) =>
      closing(port, (socket) =>
        times(2, () =>
          socket.ws.send(chance.bytes(chance.whole(0, 200)), { binary: false, fin: chance.whole(0, 3) > 0 }),
        ),
      ),
  },
  {
    name: 'more than a stranger may send',
    units: 2,
    every: 4,
    play: (chance) =>
      closing(port, (socket) =>
        times(2, () => socket.send(new Uint8Array(chance.one([3_000, 4_097, 70_000, 2_000_000])))),
      ),
  },
  {
    name: 'an opening message, and frames of chance',
    units: 4,
    async play(chance) {
      const { publicKey } = await createIdentity({ extractable: false })
      const opening = Buffer.from([1, 1, 2, ...publicKey])
      // The companion may have shown its proof by then, which anybody may have.
      return closing(
        port,
        (socket) => {
          socket.send(opening)
          times(3, () => socket.send(chance.bytes(chance.whole(0, 400))))
        },
        [212],
      )
    },
  },
]

/** How the bridge closed on this; it may have said no more than frames of these lengths. */
async function closing(
  port: number,
  act: (socket: BridgeSocket) => void,
  mayHear: readonly number[] = [],
): Promise<string> {
  const socket = await openBridgeSocket(port)
  act(socket)
  const code = requireOneOf(await socket.closed(), [refused, ...ofWebSocket])
  const heard = socket.heard.map(({ length }) => length)
  if (heard.some((length, index) => length !== mayHear[index])) {
    throw new Error(`The bridge said something: frames of ${heard.join(', ')} bytes.`)
  }
  return `closed with ${code}`
}

function times(count: number, act: (chance?: Chance) => unknown): void {
  for (let time = 0; time < count; time += 1) act()
}
