import { ChannelError } from '@countersign/shared/channel/channel-error'
import type { FrameListener, FrameSocket } from '@countersign/shared/channel/frame-socket'
import { connectAsBrowser, pairAsBrowser } from '@countersign/shared/channel/handshake-browser'
import { createIdentity } from '@countersign/shared/channel/identity'

/** What another extension got: how often each length of frame came, and how it ended. */
export type Got = { readonly lengths: readonly number[]; readonly end: string }

// Speaks the whole handshake, with keys of its own.
const dial = async (port: number, lengths: number[]): Promise<{ socket: FrameSocket; first: Promise<Uint8Array> }> => {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/bridge`)
  ws.binaryType = 'arraybuffer'
  await new Promise<void>((resolve, reject) => {
    ws.addEventListener('open', () => resolve())
    ws.addEventListener('error', () => reject(new Error('turned away at the door')))
  })
  let listener: FrameListener | undefined
  let took: (frame: Uint8Array) => void = () => undefined
  const first = new Promise<Uint8Array>((resolve) => {
    took = resolve
  })
  ws.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) return
    const frame = new Uint8Array(data)
    lengths.push(frame.length)
    took(frame)
    listener?.frame(frame)
  })
  ws.addEventListener('close', ({ code }) => listener?.closed(code))
  const socket: FrameSocket = {
    send: (frame) => ws.send(new Uint8Array(frame)),
    close: (code) => ws.close(code),
    listen(on) {
      listener = on
    },
  }
  return { socket, first }
}

/** The companion's own key, which it shows to anybody who says the first word. */
const companionKey = async (port: number, lengths: number[]): Promise<Uint8Array> => {
  const { socket, first } = await dial(port, lengths)
  const ephemeral = await createIdentity({ extractable: false })
  socket.send(new Uint8Array([0x01, 1, 2, ...ephemeral.publicKey]))
  const answer = await first
  socket.close(1000)
  return answer.slice(66, 131)
}

const meet = async (port: number, origin: string, mode: 'connect' | 'pair'): Promise<Got> => {
  const identity = await createIdentity({ extractable: false })
  const signal = AbortSignal.timeout(10_000)
  const lengths: number[] = []
  const connect = async (): Promise<unknown> => {
    const pin = await companionKey(port, lengths)
    const { socket } = await dial(port, lengths)
    return connectAsBrowser({ socket, origin, port, identity, pin, signal })
  }
  const pair = async (): Promise<unknown> => {
    const signingKey = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    const { socket } = await dial(port, lengths)
    const secret = new Uint8Array(32)
    return pairAsBrowser({ socket, origin, port, identity, secret, signingKey, label: 'Chrome', signal })
  }
  try {
    await (mode === 'pair' ? pair() : connect())
    return { lengths, end: 'came in' }
  } catch (thrown) {
    return { lengths, end: reasonOf(thrown) }
  }
}

const reasonOf = (thrown: unknown): string =>
  thrown instanceof ChannelError ? `${thrown.reason} after ${thrown.after ?? 'nothing'}` : String(thrown)

/** Throws frames at the bridge as fast as it takes them. @param frames in base64 */
const pour = async (port: number, frames: readonly string[]): Promise<Got> => {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/bridge`)
  ws.binaryType = 'arraybuffer'
  const lengths: number[] = []
  ws.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    lengths.push(data instanceof ArrayBuffer ? data.byteLength : -1)
  })
  const end = new Promise<string>((resolve) => {
    ws.addEventListener('close', ({ code }) => resolve(`closed with ${code}`))
  })
  ws.addEventListener('open', () => {
    for (const frame of frames) ws.send(Uint8Array.from(atob(frame), (byte) => byte.charCodeAt(0)))
  })
  return { lengths, end: await end }
}

Reflect.set(globalThis, 'meet', meet)
Reflect.set(globalThis, 'pour', pour)
