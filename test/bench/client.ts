import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { Belongings } from '../support/belongings.ts'
import type { Companion } from '../support/companion.ts'
import { builtCli } from '../support/places.ts'

/** The official client, connected as a host connects it. Unlike the stories' agent it writes nothing down, which would take time. */
export async function connectClient(parts: Belongings, transport: Transport): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1.0.0' })
  parts.keep({ [Symbol.asyncDispose]: () => client.close() })
  await client.connect(transport)
  await client.listTools()
  return client
}

/** `node ARGS` as a server on stdio. */
export function onStdio(args: string[], env: Record<string, string> = {}): StdioClientTransport {
  return new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' })
}

/** `countersign mcp`, as an agent's host starts it. */
export function onRelay({ home }: Pick<Companion, 'home'>, token: string): StdioClientTransport {
  return onStdio([builtCli, 'mcp'], { COUNTERSIGN_HOME: home, COUNTERSIGN_TOKEN: token })
}
