import { z } from 'zod'

/**
 * What is said on the control socket: lines of JSON. The first one says what the connection is for: a command, answered by
 * events and one end, or an agent's relay, which after `ready` carries raw MCP lines both ways.
 */
export const claim = z.strictObject({
  program: z.string().max(200),
  parent: z.string().max(200),
  pid: z.int(),
  folder: z.string().max(1000),
})
/** What a command says of the program that called it. Nothing proves it. */
export type Claim = z.output<typeof claim>

export const firstLine = z.union([
  z.strictObject({ command: z.string().max(100), params: z.unknown(), claim }),
  z.strictObject({ mcp: z.strictObject({ token: z.string().max(200) }) }),
])
export type FirstLine = z.output<typeof firstLine>

const failure = z.object({ code: z.string(), reason: z.string(), next: z.string() })

/** What a command hears: any number of events, then one of the other two. */
export const commandLine = z.union([
  z.strictObject({ event: z.unknown() }),
  z.strictObject({ done: z.unknown() }),
  z.strictObject({ error: failure }),
])
