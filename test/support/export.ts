import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { temporaryFolder } from './temporary-folder.ts'
import type { World } from './world.ts'

const cookie = z.strictObject({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  expires: z.number(),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.enum(['Lax', 'None', 'Strict']),
  partitionKey: z.string().optional(),
  _crHasCrossSiteAncestor: z.boolean().optional(),
})
export type ExportedCookie = z.output<typeof cookie>

const entry = z.strictObject({ name: z.string(), value: z.string() })
const state = z.strictObject({
  cookies: z.array(cookie),
  origins: z.array(z.strictObject({ origin: z.string(), localStorage: z.array(entry) })),
})

const said = z.object({ account: z.string(), version: z.int(), cookies: z.int(), notes: z.array(z.string()) })

/** What came out of the vault: the file as it lies there, as Playwright reads it, and what the command said. */
export type Exported = z.output<typeof said> & { readonly text: string; readonly state: z.output<typeof state> }

/** `countersign export`, and her yes to it. The file is gone afterwards. */
export async function exportSession(
  { companion, approve }: Pick<World, 'companion' | 'approve'>,
  account?: string,
): Promise<Exported> {
  await using folder = await temporaryFolder('export')
  const out = join(folder.path, 'state.json')
  const whose = account === undefined ? [] : ['--account', account]
  await using command = companion.begin(['export', '--format', 'playwright', '--out', out, '--json', ...whose])
  const prompt = await approve('Terminal', 'export')
  const told = await command.line(said)
  await prompt.close()
  const text = await readFile(out, 'utf8')
  return { ...told, text, state: state.parse(JSON.parse(text)) }
}
