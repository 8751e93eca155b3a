import { resolve } from 'node:path'
import { z } from 'zod'
import { ask, lookingAtBrowser } from './ask.ts'
import type { Terminal } from './terminal.ts'

const exported = z.looseObject({ path: z.string(), account: z.string(), notes: z.array(z.string()).default([]) })

/** Asks the person in the browser, and writes the file after her yes. */
export const exportSession = async (
  terminal: Terminal,
  { format, out, account }: { format: string; out: string; account?: string },
): Promise<void> => {
  const params = { format, out: resolve(out), ...(account === undefined ? {} : { account }) }
  const answer = ask(terminal, { command: 'export', params, result: exported })
  const done = await lookingAtBrowser(terminal, 'a session may be written to a file', answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  terminal.say(`Wrote the session of ${done.account} to ${done.path}. Any program of yours can read that file.`)
  for (const note of done.notes) terminal.say(note)
}
