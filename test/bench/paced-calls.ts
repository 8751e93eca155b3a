import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { inTurn, type Side } from './interleave.ts'

/** One call of a tool, timed where the agent waits for it. */
export async function timeCall(client: Client, tool: string, args: Record<string, unknown>): Promise<number> {
  const began = performance.now()
  const { isError } = await client.callTool({ name: tool, arguments: args })
  const took = performance.now() - began
  if (isError === true) throw new Error(`${tool} was refused, so it was not measured.`)
  return took
}

/** Fewer than the companion lets pass: 20 calls within any second for each grant. */
export const burst = 15
const second = 1050

/**
 * Bursts of calls, one side's and then the other's, and no next round before the companion has forgotten the last one: its guard
 * stays as it is, and refuses none. Who has no guard waits as long.
 */
export async function callInBursts(calls: number, sides: readonly Side<number>[]): Promise<void> {
  const rounds = Math.ceil(calls / burst)
  for (let round = -2; round < rounds; round += 1) {
    for (const each of inTurn(round, sides)) {
      for (let call = 0; call < burst; call += 1) await each.run(round >= 0)
    }
    await pause(second)
  }
}
