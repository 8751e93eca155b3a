import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { Progress } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { Companion } from './companion.ts'
import { builtCli } from './places.ts'

/** A real MCP client, as an agent's host has one: the official SDK, over either transport. */
export type Agent = AsyncDisposable & {
  readonly client: Client
  /** Calls a tool; `progress` asks for progress notifications, `signal` cancels the call. */
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Answer>
  /** Each message in both directions as JSON, and stderr: every byte that could have carried a value. */
  heard(): string
  close(): Promise<void>
}

export type CallOptions = {
  progress?: (progress: Progress) => void
  /** Whether each progress begins the client's own timeout anew, which is 60 seconds unless told. */
  patient?: boolean
  signal?: AbortSignal
  seconds?: number
}

const answer = z.object({
  isError: z.boolean().default(false),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  structuredContent: z.looseObject({ saved: z.boolean().optional(), code: z.string().optional() }).optional(),
})
export type Answer = z.output<typeof answer>

export async function connectAgent(companion: Companion, token: string, name = 'story-agent'): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtCli, 'mcp'],
    env: { ...definedOnly(companion.env), COUNTERSIGN_TOKEN: token },
    stderr: 'pipe',
  })
  const heard: string[] = []
  transport.stderr?.on('data', (chunk: unknown) => heard.push(String(chunk)))
  return agentOver(transport, name, heard)
}

/** The same over Streamable HTTP. */
export async function connectHttpAgent(
  companion: Pick<Companion, 'port'>,
  token: string,
  name = 'story-http-agent',
): Promise<Agent> {
  const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${companion.port}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
  return agentOver(transport, name, [])
}

async function agentOver(transport: Transport, name: string, heard: string[]): Promise<Agent> {
  listenIn(transport, heard)
  const client = new Client({ name, version: '1.0.0' })
  await client.connect(transport)
  // As hosts do; from then on the client also checks each answer against the tool's schema.
  await client.listTools()

  const close = (): Promise<void> => client.close()
  return {
    client,
    heard: () => heard.join('\n'),
    close,
    [Symbol.asyncDispose]: close,
    async call(tool, args = {}, { progress, patient = true, signal, seconds = 60 } = {}) {
      const result = await client.callTool({ name: tool, arguments: args }, undefined, {
        timeout: seconds * 1000,
        ...(progress === undefined ? {} : { onprogress: progress, resetTimeoutOnProgress: patient }),
        ...(signal === undefined ? {} : { signal }),
      })
      return answer.parse(result)
    },
  }
}

/** Writes down what passes. A client that connects keeps the listener that it finds, and calls it first. */
function listenIn(transport: Transport, heard: string[]): void {
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport of the SDK has this one place for a listener
  transport.onmessage = (message) => heard.push(JSON.stringify(message))
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    heard.push(JSON.stringify(message))
    return send(message, options)
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
