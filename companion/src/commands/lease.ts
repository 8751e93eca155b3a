import { resolve } from 'node:path'
import { harmlessPath } from '@countersign/shared/approval/harmless-text'
import { timeLeft } from '@countersign/shared/time-left'
import { z } from 'zod'
import { ask, lookingAtBrowser } from './ask.ts'
import { receipt, tellOf } from './export.ts'
import type { Narrowed } from './narrowing-options.ts'
import { called } from './session-words.ts'
import type { Terminal } from './terminal.ts'

const leased = receipt.extend({ id: z.string(), path: z.string(), until: z.iso.datetime() })

type Lease = Narrowed & { readonly format: string; readonly lasts: number; readonly file: string | undefined }

/** Asks the person in the browser; after her yes the file is there until its time is over. */
export const lease = async (terminal: Terminal, { file, ...wish }: Lease): Promise<void> => {
  const params = { ...wish, ...(file === undefined ? {} : { out: resolve(file) }) }
  const answer = ask(terminal, { command: 'lease', params, result: leased })
  const done = await lookingAtBrowser(terminal, 'a session may lie in a file for a while', answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const { id, until } = done
  const [whose, where] = [called(done.account, null), harmlessPath(done.path).text]
  terminal.say(`The session of ${whose} is in ${where} for ${timeLeft(Date.parse(until), Date.now())}.`)
  terminal.say(
    `Until then any program of yours can read it. To end it sooner: countersign leases end ${id.slice(0, 8)}`,
  )
  tellOf(terminal, done)
}
