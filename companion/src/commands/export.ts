import { resolve } from 'node:path'
import { harmlessPath } from '@countersign/shared/approval/harmless-text'
import { z } from 'zod'
import { listOfNames } from '../exporters/notes.ts'
import { ask, lookingAtBrowser } from './ask.ts'
import type { Narrowed } from './narrowing-options.ts'
import { called } from './session-words.ts'
import type { Terminal } from './terminal.ts'

type Asked = Narrowed & { readonly format: string; readonly out?: string; readonly stdout?: boolean }

export const receipt = z.looseObject({
  account: z.string(),
  cookies: z.int(),
  leftOut: z.array(z.string()),
  notes: z.array(z.string()),
})
const toFile = receipt.extend({ path: z.string() })
/** Comes before the receipt, for a session may be longer than any line. */
const part = z.strictObject({ text: z.string() })

/** Asks the person in the browser, and writes the session after her yes: to a file, or alone to stdout, where all else goes to stderr. */
export const exportSession = async (terminal: Terminal, asked: Asked): Promise<void> => {
  const { format, account, url, only, except, out } = asked
  const params = { format, account, url, only, except }
  if (out !== undefined) return exportToFile(terminal, { ...params, out: resolve(out) })
  if (process.stdout.isTTY) {
    terminal.remark('This output is a terminal: the session would stand on the screen, and in what is kept of it.')
    terminal.remark('To send it on, stop this and add `| program`; or take `--out FILE`.')
  }
  const parts: string[] = []
  const onEvent = (said: unknown) => void parts.push(part.parse(said).text)
  const answer = ask(terminal, { command: 'export', params: { ...params, stdout: true }, result: receipt, onEvent })
  const done = await lookingAtBrowser(terminal, "a session may go to this command's output", answer)
  if (!(await written(parts.join('')))) {
    terminal.remark('Whoever read this output has gone, and did not get all of the session.')
    return terminal.bad()
  }
  if (terminal.json) return terminal.say(JSON.stringify(done))
  terminal.say(`Wrote the session of ${called(done.account, null)} to stdout.`)
  tellOf(terminal, done)
}

/** False when it has not all been taken, such as by a program that ended before. */
const written = (text: string): Promise<boolean> =>
  new Promise((resolve) => {
    process.stdout.write(text, (failed) => resolve(failed === undefined || failed === null))
  })

const exportToFile = async (terminal: Terminal, params: { readonly out: string }): Promise<void> => {
  const answer = ask(terminal, { command: 'export', params, result: toFile })
  const done = await lookingAtBrowser(terminal, 'a session may be written to a file', answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const where = harmlessPath(done.path).text
  terminal.say(
    `Wrote the session of ${called(done.account, null)} to ${where}. Any program of yours can read that file.`,
  )
  tellOf(terminal, done)
}

/** What is not in it, and what is there otherwise. */
export const tellOf = (terminal: Terminal, { leftOut, notes }: z.output<typeof receipt>): void => {
  if (leftOut.length > 0) terminal.say(`Left out, as you asked: ${listOfNames(leftOut)}.`)
  for (const note of notes) terminal.say(note)
}
