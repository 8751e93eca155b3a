import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { atTheEnd } from '../support/at-the-end.ts'
import { within } from '../support/until.ts'
import { memoryOf } from './process-cost.ts'

/** An MCP server on stdio, from its spawn to its answer. */
export type Started = { readonly milliseconds: number; readonly rss: number; readonly pss: number }

const reply = z.looseObject({ id: z.int(), result: z.looseObject({ tools: z.array(z.unknown()).min(1).optional() }) })

const alive = new Set<{ kill(signal: 'SIGKILL'): boolean }>()
atTheEnd(() => alive.forEach((child) => child.kill('SIGKILL')))

/**
 * Starts `node ARGS`, says `initialize` and `tools/list` as every client does, and stops the clock when the tools are there. No
 * library is between, so that both servers meet the same client, one that costs next to nothing. Then the server is ended.
 */
export async function startToTools(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  alive.add(child)
  const ended = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const answerTo = async (id: number): Promise<z.output<typeof reply>> => {
      for (;;) {
        const line = await lines.next()
        if (line.done === true) throw new Error(`"${args.join(' ')}" ended before it answered.`)
        const parsed = reply.safeParse(JSON.parse(line.value))
        if (parsed.success && parsed.data.id === id) return parsed.data
      }
    }
    const say = (message: object): unknown => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    say({ id: 0, method: 'initialize', params: introduction })
    await within(30, `the answer of "${args.join(' ')}" to initialize`, answerTo(0))
    say({ method: 'notifications/initialized' })
    say({ id: 1, method: 'tools/list' })
    const { result } = await within(30, `the answer of "${args.join(' ')}" to tools/list`, answerTo(1))
    const milliseconds = performance.now() - began
    if (result.tools === undefined) throw new Error(`"${args.join(' ')}" has no tools.`)
    return { milliseconds, ...(await memoryOf(child.pid ?? -1)) }
  } finally {
    child.kill('SIGKILL')
    await ended
    alive.delete(child)
  }
}

/** `node ARGS`, from its spawn to its end. */
export async function startToEnd(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: unknown) => (complaint += String(chunk)))
  const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(await once(child, 'exit'))
  if (code !== 0) throw new Error(`"${args.join(' ')}" ended with ${code}: ${complaint}`)
  return performance.now() - began
}

const introduction = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1.0.0' },
}
