import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CallToolRequestSchema,
  InitializedNotificationSchema,
  ListToolsRequestSchema,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import { CountersignError } from '@countersign/shared/errors'
import { reasonOf } from '../access/authorize.ts'
import type { Grant } from '../access/grants.ts'
import { withSignals } from '../access/linked-signal.ts'
import { refusalResult } from './answer.ts'
import type { Door } from './door.ts'
import type { HiddenTools } from './hidden-tools.ts'
import { createListChanges } from './list-changes.ts'
import type { Progress } from './progress.ts'
import type { Tool } from './tool.ts'

/** The MCP server that one client of an agent talks to, over whichever transport. */
export type AgentServer = {
  connect(transport: Transport): Promise<void>
  /** Nobody is left who could hear the answer of this call: to the person it is as if it had been cancelled. */
  lose(id: RequestId): void
  /** Whether this call is under way. */
  isRunning(id: RequestId): boolean
  /** Settles when the calls that are under way now have been answered. */
  answered(): Promise<void>
}

export type AgentServerDeps = {
  readonly tools: readonly Tool[]
  readonly hidden: HiddenTools
  readonly door: Door
  readonly version: string
  newId(): string
}

export type AgentServerOptions = {
  readonly grant: Grant
  /** Ends every call. */
  readonly ends: AbortSignal
  /** The client has cancelled a call, to which the SDK gives no answer. */
  cancelled?(id: RequestId): void
}

const instructions =
  'Countersign keeps the Upwork session of the person you work for. save_session asks them in their browser and waits for their answer, which can take minutes; session_status tells what is saved. A refusal says what to do next. You never see a value.'

export const createAgentServer =
  ({ tools, hidden, door, version, newId }: AgentServerDeps) =>
  ({ grant, ends, cancelled }: AgentServerOptions): AgentServer => {
    const connection = newId()
    const running = new Map<RequestId, { readonly answer: Promise<unknown>; readonly lost: AbortController }>()
    const server = new Server(
      { name: 'countersign', title: 'Countersign', version },
      { capabilities: { tools: { listChanged: true } }, instructions },
    )
    const shown = () => tools.filter(({ name }) => !hidden.isHidden(name))
    const changes = createListChanges({
      list: () => shown().map(({ name }) => name),
      onChange: (listener) => hidden.onChange(listener),
      tell: () => server.sendToolListChanged(),
    })
    // Before that, MCP has a server say nothing of its own.
    server.setNotificationHandler(InitializedNotificationSchema, changes.begin)
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a server of the SDK has this one place for a listener
    server.onclose = changes.end
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: shown().map(({ listed }) => listed) }))
    server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: raw, _meta: meta } }, extra) => {
      const lost = new AbortController()
      const answer = withSignals([extra.signal, ends, lost.signal], async (linked) => {
        if (grant.revoked.aborted) return refusalResult(reasonOf(grant.revoked))
        const progressToken = meta?.progressToken
        const tell = (progress: Progress) =>
          void extra
            .sendNotification({
              method: 'notifications/progress',
              params: { progressToken: progressToken ?? '', ...progress },
            })
            // A client that has gone needs no progress.
            .catch(() => undefined)
        return await door({
          grant,
          connection,
          claim: claimOf(server.getClientVersion()),
          name,
          raw,
          signal: linked,
          progress: progressToken === undefined ? undefined : tell,
        })
      })
      const id = extra.requestId
      const entry = { answer, lost }
      running.set(id, entry)
      return answer.finally(() => {
        if (running.get(id) === entry) running.delete(id)
        if (extra.signal.aborted) cancelled?.(id)
      })
    })
    return {
      connect: (transport) => server.connect(transport),
      lose: (id) => running.get(id)?.lost.abort(new CountersignError('cancelled')),
      isRunning: (id) => running.has(id),
      answered: async () => {
        await Promise.allSettled([...running.values()].map(({ answer }) => answer))
        await nextTurn()
      },
    }
  }

/** By then the SDK has sent what its handlers gave. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** What the client says of itself, short enough to be shown. */
const claimOf = (
  said: { name: string; version: string } | undefined,
): { readonly name: string; readonly version: string } | null =>
  said === undefined ? null : { name: said.name.slice(0, 200), version: said.version.slice(0, 100) }
