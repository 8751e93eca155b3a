import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { builtCli } from '../support/places.ts'

/*
 * A whole agent, in a process of its own: it has a token and nothing else, asks once for the session, and prints what it gets.
 * COUNTERSIGN_TOKEN=… node scripts/run-typescript.mjs test/demo/agent.ts "Why it asks"
 */

const [, , reason = 'No reason at all'] = process.argv

const client = new Client({ name: 'job-scout', version: '2.1.0' })
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [builtCli, 'mcp'],
    // The SDK passes on what every program needs, and no more.
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith('COUNTERSIGN_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
  }),
)
// As hosts do; from then on the client also checks each answer against the tool's schema.
await client.listTools()

// Asking for progress keeps the call alive while a person thinks; without it a client gives up after a minute.
const answer = await client.callTool({ name: 'save_session', arguments: { reason } }, undefined, {
  onprogress: () => undefined,
  resetTimeoutOnProgress: true,
})
process.stdout.write(`${JSON.stringify(answer)}\n`)
await client.close()
