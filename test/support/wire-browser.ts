import {
  countersign,
  keyText,
  type ApprovalDocument,
  type Countersigned,
} from '@countersign/shared/approval/countersignature'
import { answerExpires, promptDigest, type Prompt } from '@countersign/shared/approval/prompt'
import { digest } from '@countersign/shared/canonical'
import type { FrameSocket } from '@countersign/shared/channel/frame-socket'
import { connectAsBrowser, pairAsBrowser } from '@countersign/shared/channel/handshake-browser'
import { createIdentity, rawPublicKey } from '@countersign/shared/channel/identity'
import { parsePairingCode } from '@countersign/shared/channel/pairing-code'
import type { SealedTransport } from '@countersign/shared/channel/transport'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { follow } from '@countersign/shared/ledger/follow'
import { browserMethods, companionMethods, type Receipt } from '@countersign/shared/protocol/messages'
import type { LookableAlarm } from '@countersign/shared/protocol/overview'
import { createPeer, route, type Peer } from '@countersign/shared/protocol/peer'
import { protocolVersion } from '@countersign/shared/protocol/version'
import { sessionDigest, type Session } from '@countersign/shared/session/session'
import type { z } from 'zod'
import { openBridgeSocket, ourOrigin, type BridgeSocket } from './bridge-socket.ts'
import { until } from './until.ts'

/**
 * A program that speaks the bridge's language to the real companion: what a browser is on the wire, and nothing else of one. For
 * stories in which it matters at which byte something happens, or that need more saves than a hand can click.
 */
export type WireBrowser = {
  /** Pairs by this code; `via` gets between. `dialled` is a port to dial in the place of the one that it believes to dial. */
  pair(code: string, via?: Via, dialled?: number): Promise<Line>
  connect(port: number, via?: Via): Promise<Line>
  /** The handshake alone: what is said on the channel then is the caller's business. */
  meet(port: number, via?: Via, dialled?: number): Promise<SealedTransport>
}
export type Via = (socket: BridgeSocket) => FrameSocket

export type Line = {
  readonly peer: Peer
  hello(): Promise<z.output<typeof companionMethods.hello.result>>
  /** Throws unless there is a receipt. */
  save(session: Session): Promise<Receipt>
  /** Waits for a question about this action, and says yes. */
  approve(action: string): Promise<void>
  /** Waits for a question about this action that was not answered. */
  asked(action: string): Promise<Prompt>
  /** The questions that it shows. */
  shown(): readonly Prompt[]
  /** Says yes to it, unless told otherwise. */
  answer(prompt: Prompt, how?: { answer?: 'approve' | 'deny'; args?: string; reason?: string | null }): Promise<void>
  /** "I have looked". */
  look(alarm: LookableAlarm): Promise<void>
  /** "Pause all agents", and "Resume". */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Whatever else she does of her own accord, signed. Throws when it is refused. */
  act(act: Act): Promise<void>
}

type Act = z.output<(typeof companionMethods)['act']['params']>['act']

export async function createWireBrowser(label = 'A program on the wire'): Promise<WireBrowser> {
  const identity = await createIdentity({ extractable: false })
  const how = { name: 'ECDSA', namedCurve: 'P-256' }
  const signingKey = await crypto.subtle.generateKey(how, false, ['sign', 'verify'])
  const browser = keyText(await rawPublicKey(signingKey.publicKey))
  const { signal } = new AbortController()
  /** It is one browser that stays open, whatever becomes of its connections. */
  const session = crypto.randomUUID()
  let companion = new Uint8Array()
  let seq = 0
  let last: ChainHead | null = null

  type Said = Pick<ApprovalDocument, 'request' | 'grant' | 'tool' | 'args' | 'shown' | 'answer' | 'reason' | 'expires'>
  const sign = (said: Said): Promise<Countersigned> =>
    countersign(signingKey.privateKey, {
      purpose: 'countersign/1 approval',
      browser,
      companion: keyText(companion),
      seq: ++seq,
      scope: 'once',
      at: new Date().toISOString(),
      ...said,
    })

  const lineOver = (transport: SealedTransport): Line => {
    let shown: readonly Prompt[] = []
    const answered = new Set<string>()
    // The list with an answered one may stand for a moment longer.
    const open = (): readonly Prompt[] => shown.filter(({ id }) => !answered.has(id))
    const asked: Line['asked'] = (action) =>
      until(`${action} is asked`, () => open().find((each) => each.action === action))
    const answer: Line['answer'] = async (prompt, how = {}) => {
      answered.add(prompt.id)
      const { answer: said = 'approve', args = prompt.args, reason = null } = how
      const signed = await sign({
        request: prompt.id,
        grant: { id: prompt.asker.grant, label: prompt.asker.label },
        tool: prompt.action,
        args,
        shown: await promptDigest(prompt),
        answer: said,
        reason,
        expires: answerExpires(prompt, Date.now()),
      })
      const result = await peer.request(companionMethods.answer, signed)
      if (result.kind === 'refused') throw new Error(`Not accepted: ${result.code}`)
    }
    const perform = async (act: Act): Promise<void> => {
      const args = await digest(act)
      const signed = await sign({
        request: crypto.randomUUID(),
        grant: { id: 'browser', label },
        tool: act.tool,
        args,
        shown: args,
        answer: 'approve',
        reason: null,
        expires: new Date(Date.now() + 60_000).toISOString(),
      })
      const result = await peer.request(companionMethods.act, { signed, act })
      if (result.kind === 'refused') throw new Error(`Not accepted: ${result.code}`)
    }
    const heard = () => Promise.resolve({})
    const peer = createPeer(transport, [
      route(browserMethods.prompts, ({ prompts }) => {
        shown = prompts
        return heard()
      }),
      route(browserMethods.promptEnded, heard),
      route(browserMethods.overview, heard),
      route(browserMethods.countersign, async ({ rows }) => {
        const head = await follow(rows, last)
        if (head === undefined) return { kind: 'diverged' as const }
        last = head
        const at = new Date().toISOString()
        const document = {
          purpose: 'countersign/1 ledger head' as const,
          browser,
          companion: keyText(companion),
          head,
          at,
        }
        return { kind: 'signed' as const, signed: await countersign(signingKey.privateKey, document) }
      }),
      route(browserMethods.standing, heard),
      route(browserMethods.heartbeat, heard),
    ])
    return {
      peer,
      hello: () =>
        peer.request(companionMethods.hello, { protocol: protocolVersion, version: '0.0.0', head: last, session }),
      async save(session) {
        const digest = await sessionDigest(session)
        const result = await peer.request(companionMethods.save, { session, digest, name: null, by: 'click' })
        if (result.kind === 'refused') throw new Error(`Not saved: ${result.code}`)
        return result
      },
      approve: async (action) => answer(await asked(action)),
      asked,
      answer,
      shown: open,
      async look(alarm) {
        // It begins anew with what there is, as the extension does.
        if (alarm === 'ledger_diverged') last = null
        await perform({ tool: 'looked', alarm, about: null })
      },
      pause: async () => void (await peer.request(companionMethods.pause, {})),
      resume: () => perform({ tool: 'resume' }),
      act: perform,
    }
  }

  const meet: WireBrowser['meet'] = async (port, via = (socket) => socket, dialled = port) => {
    const socket = via(await openBridgeSocket(dialled))
    const met = await connectAsBrowser({ socket, origin: ourOrigin, port, identity, pin: companion, signal })
    return met.transport
  }

  return {
    async pair(code, via = (socket) => socket, dialled) {
      const parsed = parsePairingCode(code)
      if (!parsed.ok) throw new Error(`That is no code: ${parsed.reason}`)
      const { port, secret } = parsed
      const socket = via(await openBridgeSocket(dialled ?? port))
      const met = await pairAsBrowser({ socket, origin: ourOrigin, port, identity, secret, signingKey, label, signal })
      companion = new Uint8Array(met.companionIdentity)
      return lineOver(met.transport)
    },
    meet,
    connect: async (port, via) => lineOver(await meet(port, via)),
  }
}
