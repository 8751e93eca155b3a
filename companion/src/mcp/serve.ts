import type { Grant } from '../access/grants.ts'
import { withSignals } from '../access/linked-signal.ts'
import { type AgentServerDeps, createAgentServer } from './agent-server.ts'
import { createLineTransport } from './line-transport.ts'

/** One agent's connection: lines in, lines out, until either end goes. */
export type AgentConnection = {
  readonly grant: Grant
  readonly input: AsyncIterable<string>
  output(line: string): Promise<void> | void
  readonly signal: AbortSignal
}

/** Speaks MCP with an agent. Resolves when the lines end, the signal aborts, or the grant is taken back. */
export type ServeAgent = (connection: AgentConnection) => Promise<void>

export const createServeAgent =
  (deps: AgentServerDeps): ServeAgent =>
  ({ grant, input, output, signal }) =>
    withSignals([signal, grant.revoked], async (ends) => {
      const agent = createAgentServer(deps)({ grant, ends })
      const transport = createLineTransport(input, output)
      const close = () => void transport.close()
      // A call that waits is ended by the same signal; the agent hears why before its connection goes.
      const closeAnswered = () => void agent.answered().then(close)
      signal.addEventListener('abort', close, { once: true })
      grant.revoked.addEventListener('abort', closeAnswered, { once: true })
      try {
        await agent.connect(transport)
        if (ends.aborted) close()
        await transport.ended
      } finally {
        signal.removeEventListener('abort', close)
        grant.revoked.removeEventListener('abort', closeAnswered)
      }
    })
