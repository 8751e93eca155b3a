import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createBelongings } from '../../support/belongings.ts'
import { barePump } from '../bare-pump.ts'
import { connectClient, onRelay, onStdio } from '../client.ts'
import { side, type Side } from '../interleave.ts'
import type { Measure, Row } from '../measure.ts'
import { burst, callInBursts, timeCall } from '../paced-calls.ts'
import { serverEverything, startServerEverythingOnHttp } from '../peers.ts'
import { openWireHouse } from '../wire-house.ts'

const peer = 'server-everything, echo'
const how = [
  'The official TypeScript client for all of them, one call at a time, timed around callTool.',
  `Bursts of ${burst} calls, theirs and ours in turn, and a second's rest after each round for both: the companion's guard`,
  "refuses a grant's 21st call within a second, and stays as it is.",
]

const statusOn = (client: Client): Side<number> => side(() => timeCall(client, 'session_status', {}))
const pingOn = (client: Client): Side<number> =>
  side(async () => {
    const began = performance.now()
    await client.ping()
    return performance.now() - began
  })
const echoOn = (client: Client): Side<number> => side(() => timeCall(client, 'echo', { message: 'hello' }))

/** What a call costs that goes through relay and companion, and looks into the vault. */
export const callOnStdioMeasure: Measure = {
  name: 'call-stdio',
  title: 'One call of session_status on stdio, beside an echo',
  async take(run) {
    const parts = createBelongings()
    try {
      const { companion, tokens } = await openWireHouse(parts, { agents: 2 })
      const [token = '', another = ''] = tokens
      const socket = join(companion.home, 'control.sock')
      const relay = await connectClient(parts, onRelay(companion, token))
      const everything = await connectClient(parts, onStdio([serverEverything, 'stdio']))
      const bare = await connectClient(parts, onStdio([barePump, socket], { COUNTERSIGN_TOKEN: another }))
      const [theirs, ours, pump] = [echoOn(everything), statusOn(relay), statusOn(bare)]
      const pings = { theirs: pingOn(everything), ours: pingOn(relay), pump: pingOn(bare) }
      await callInBursts(run.rounds(600), [theirs, ours, pump, pings.theirs, pings.ours, pings.pump])
      return {
        how: [...how, 'A ping does nothing but go there and back: what of a call is the way, and what the work.'],
        rows: [
          ...rowsOf(theirs, ours, 1.5),
          floor('session_status through a bare pump', pump),
          floor('ping, server-everything', pings.theirs),
          floor('ping, countersign mcp', pings.ours),
          floor('ping through a bare pump', pings.pump),
        ],
      }
    } finally {
      await parts.close()
    }
  },
}

/** The same for agents that come over HTTP, with their token in a header. */
export const callOnHttpMeasure: Measure = {
  name: 'call-http',
  title: 'One call of session_status over Streamable HTTP, beside an echo',
  async take(run) {
    const parts = createBelongings()
    try {
      const { companion, tokens } = await openWireHouse(parts, { agents: 1 })
      const { program, url } = await startServerEverythingOnHttp()
      parts.keep(program)
      const ourUrl = new URL(`http://127.0.0.1:${companion.port}/mcp`)
      const headers = { Authorization: `Bearer ${tokens[0]}` }
      const ours = statusOn(
        await connectClient(parts, new StreamableHTTPClientTransport(ourUrl, { requestInit: { headers } })),
      )
      const theirs = echoOn(await connectClient(parts, new StreamableHTTPClientTransport(url)))
      await callInBursts(run.rounds(600), [theirs, ours])
      return { how, rows: rowsOf(theirs, ours, 1) }
    } finally {
      await parts.close()
    }
  },
}

function floor(what: string, { samples }: Side<number>): Row {
  return { what: `floor: ${what}`, unit: 'ms', samples, against: peer }
}

function rowsOf(theirs: Side<number>, ours: Side<number>, atMost: number): Row[] {
  return [
    { what: peer, unit: 'ms', samples: theirs.samples },
    {
      what: 'countersign, session_status',
      unit: 'ms',
      samples: ours.samples,
      against: peer,
      aim: { of: 'ratio', atMost },
    },
  ]
}
