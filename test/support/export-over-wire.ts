import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Companion } from './companion.ts'
import { everythingIn } from './files.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { Line } from './wire-browser.ts'

/** What came of an export: the exit code, what the command said, and the file, if there is one. */
export type OverWire = { readonly code: number | null; readonly said: string; readonly file: string | undefined }

/** `countersign export`, with the yes of a browser that is a program on the wire. The file is gone afterwards. */
export async function exportOverWire(companion: Companion, line: Line): Promise<OverWire> {
  await using folder = await temporaryFolder('export')
  const out = join(folder.path, 'state.json')
  await using command = companion.begin(['export', '--format', 'playwright', '--out', out, '--json'])
  // The command may end before its yes is acknowledged, and also without having asked.
  const approved = line.approve('export')
  approved.catch(() => undefined)
  await Promise.race([approved, command.ended])
  const { code } = await command.ended
  // The folder itself, and whatever was written into it.
  const written = (await everythingIn(folder.path)).length > 1
  return { code, said: command.stdout() + command.stderr(), file: written ? await readFile(out, 'utf8') : undefined }
}
