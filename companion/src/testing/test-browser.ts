import { countersign, keyText, type Countersigned } from '@countersign/shared/approval/countersignature'
import { answerExpires, promptDigest, type Prompt } from '@countersign/shared/approval/prompt'
import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { connectAsBrowser, pairAsBrowser } from '@countersign/shared/channel/handshake-browser'
import { createIdentity, rawPublicKey } from '@countersign/shared/channel/identity'
import { parsePairingCode } from '@countersign/shared/channel/pairing-code'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { follow } from '@countersign/shared/ledger/follow'
import { browserMethods, companionMethods } from '@countersign/shared/protocol/messages'
import { createPeer, route, type Peer } from '@countersign/shared/protocol/peer'
import { protocolVersion } from '@countersign/shared/protocol/version'

/** The extension's end of the bridge, with real keys and a real handshake. */
export type TestBrowser = {
  readonly identity: string
  /** Everything that the companion has pushed, as `method: essence`. */
  readonly heard: string[]
  /** Shown to it last. */
  prompts(): readonly Prompt[]
  /** Pairs by this code; says nothing yet. */
  pair(code: string, socket: FrameSocket): Promise<Line>
  connect(socket: FrameSocket, port: number): Promise<Line>
  /** Resolves when something was pushed that makes this true. */
  until(what: () => boolean): Promise<void>
  answer(line: Line, prompt: Prompt, answer: 'approve' | 'deny'): Promise<unknown>
}
export type Line = { readonly peer: Peer; hello(): Promise<{ standing: 'held' | 'paired'; prompts: Prompt[] }> }

export const testBrowser = async (origin: string, label = 'Chrome on Linux'): Promise<TestBrowser> => {
  const identity = await createIdentity({ extractable: false })
  const how = { name: 'ECDSA', namedCurve: 'P-256' }
  const signingKey = await crypto.subtle.generateKey(how, false, ['sign', 'verify'])
  const signing = keyText(await rawPublicKey(signingKey.publicKey))
  const heard: string[] = []
  const waiting = new Set<() => void>()
  let prompts: readonly Prompt[] = []
  const session = crypto.randomUUID()
  let companion = new Uint8Array()
  let seq = 0
  let last: ChainHead | null = null

  const note = (what: string) => {
    heard.push(what)
    for (const look of waiting) look()
    return Promise.resolve({})
  }
  const lineOver = (transport: SealedTransport): Line => {
    const peer = createPeer(transport, [
      route(browserMethods.prompts, (shown) => {
        prompts = shown.prompts
        return note(`prompts: ${shown.prompts.length}`)
      }),
      route(browserMethods.promptEnded, ({ how, text }) => note(`ended: ${how} ${text}`)),
      route(browserMethods.overview, () => note('overview')),
      route(browserMethods.countersign, async ({ rows }) => {
        const head = await follow(rows, last)
        if (head === undefined) return { kind: 'diverged' as const }
        last = head
        const at = '2026-11-22T12:00:00.000Z'
        const document = {
          purpose: 'countersign/1 ledger head' as const,
          browser: signing,
          companion: keyText(companion),
          head,
          at,
        }
        await note(`signed: ${head.seq}`)
        return { kind: 'signed' as const, signed: await countersign(signingKey.privateKey, document) }
      }),
      route(browserMethods.standing, ({ standing, why }) =>
        note(`standing: ${standing}${why === null ? '' : `, ${why.reason}`}`),
      ),
      route(browserMethods.heartbeat, () => Promise.resolve({})),
    ])
    const hello = () =>
      peer.request(companionMethods.hello, { protocol: protocolVersion, version: 'test', head: last, session })
    return { peer, hello }
  }
  const sign = async (prompt: Prompt, answer: 'approve' | 'deny'): Promise<Countersigned> =>
    countersign(signingKey.privateKey, {
      purpose: 'countersign/1 approval',
      browser: signing,
      companion: keyText(companion),
      seq: ++seq,
      request: prompt.id,
      grant: { id: prompt.asker.grant, label: prompt.asker.label },
      tool: prompt.action,
      args: prompt.args,
      shown: await promptDigest(prompt),
      answer,
      reason: null,
      scope: 'once',
      at: prompt.askedAt,
      expires: answerExpires(prompt, Date.now()),
    })

  const { signal } = new AbortController()
  return {
    identity: keyText(identity.publicKey),
    heard,
    prompts: () => prompts,
    async pair(code, socket) {
      const parsed = parsePairingCode(code)
      if (!parsed.ok) throw new Error(parsed.reason)
      const { port, secret } = parsed
      const met = await pairAsBrowser({ socket, origin, port, identity, secret, signingKey, label, signal })
      companion = new Uint8Array(met.companionIdentity)
      return lineOver(met.transport)
    },
    async connect(socket, port) {
      const met = await connectAsBrowser({ socket, origin, port, identity, pin: companion, signal })
      return lineOver(met.transport)
    },
    until: (what) =>
      new Promise((resolve) => {
        const look = () => {
          if (!what()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    answer: async (line, prompt, answer) => line.peer.request(companionMethods.answer, await sign(prompt, answer)),
  }
}
