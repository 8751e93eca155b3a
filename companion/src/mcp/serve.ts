import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { reasonOf } from '../access/authorize.ts'
import type { Grant } from '../access/grants.ts'
import { withSignals } from '../access/linked-signal.ts'
import { refusalResult } from './answer.ts'
import type { Door } from './door.ts'
import { createLineTransport } from './line-transport.ts'
import type { Progress } from './progress.ts'
import type { Tool } from './tool.ts'

/** One agent's connection: lines in, lines out, until either end goes. */
export type AgentConnection = {
  readonly grant: Grant
  readonly input: AsyncIterable<string>
  output(line: string): Promise<void> | void
  readonly signal: AbortSignal
}

/** Speaks MCP with an agent. Resolves when the lines end, the signal aborts, or the grant is taken back. */
export type ServeAgent = (connection: AgentConnection) => Promise<void>

const instructions =
  'Countersign keeps the Upwork session of the person you work for. save_session asks them in their browser and waits for their answer, which can take minutes; session_status tells what is saved. A refusal says what to do next. You never see a value.'

export const createServeAgent =
  (deps: { readonly tools: readonly Tool[]; readonly door: Door; readonly version: string }): ServeAgent =>
  ({ grant, input, output, signal }) =>
    withSignals([signal, grant.revoked], async (ends) => {
      const running = new Set<Promise<unknown>>()
      const server = new Server(
        { name: 'countersign', title: 'Countersign', version: deps.version },
        { capabilities: { tools: {} }, instructions },
      )
      server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: deps.tools.map(({ listed }) => listed) }))
      server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: raw, _meta: meta } }, extra) => {
        const answer = withSignals([extra.signal, ends], async (linked) => {
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
          return await deps.door({
            grant,
            claim: claimOf(server.getClientVersion()),
            name,
            raw,
            signal: linked,
            progress: progressToken === undefined ? undefined : tell,
          })
        })
        running.add(answer)
        return answer.finally(() => running.delete(answer))
      })

      const transport = createLineTransport(input, output)
      const close = () => void transport.close()
      // A call that waits is ended by the same signal; the agent hears why before its connection goes.
      const closeAnswered = () => void Promise.allSettled(running).then(nextTurn).then(close)
      signal.addEventListener('abort', close, { once: true })
      grant.revoked.addEventListener('abort', closeAnswered, { once: true })
      try {
        await server.connect(transport)
        if (ends.aborted) close()
        await transport.ended
      } finally {
        signal.removeEventListener('abort', close)
        grant.revoked.removeEventListener('abort', closeAnswered)
      }
    })

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
