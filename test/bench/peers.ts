import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../support/places.ts'
import { freePort } from '../support/free-port.ts'
import { startProgram, type Program } from '../support/program.ts'
import { until } from '../support/until.ts'

const folder = join(root, 'test/bench/peers/node_modules/@modelcontextprotocol/server-everything')

/** The reference server of MCP's own makers, as people start it. */
export const serverEverything = join(folder, 'dist/index.js')

export async function serverEverythingVersion(): Promise<string> {
  const manifest = z.object({ version: z.string() })
  return manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version
}

/** It over Streamable HTTP, and where. */
export async function startServerEverythingOnHttp(): Promise<{ readonly program: Program; readonly url: URL }> {
  const port = await freePort()
  const program = startProgram(process.execPath, [serverEverything, 'streamableHttp'], {
    ...process.env,
    PORT: String(port),
  })
  await until('server-everything listens', () => program.stderr().includes('listening'))
  return { program, url: new URL(`http://127.0.0.1:${port}/mcp`) }
}
