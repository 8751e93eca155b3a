import { z } from 'zod'
import { ask, lookingAtBrowser } from './ask.ts'
import { called, count } from './session-words.ts'
import type { Terminal } from './terminal.ts'

type Whose = { readonly account?: string | undefined }

const restored = z.object({
  account: z.string(),
  version: z.int(),
  from: z.int(),
  /** The newest until then. */
  before: z.int(),
  ledgerEntry: z.int(),
})

/** Asks the person in the browser; after her yes the older version is the newest, too. */
export const restoreSession = async (
  terminal: Terminal,
  { account, version }: Whose & { readonly version: number },
): Promise<void> => {
  const answer = ask(terminal, { command: 'session.restore', params: { ...whose(account), version }, result: restored })
  const done = await lookingAtBrowser(terminal, `version ${version} becomes the newest`, answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const undo = `To undo it, restore version ${done.before}.`
  terminal.say(`Version ${done.from} of ${called(done.account, null)} is the newest now, as ${done.version}. ${undo}`)
}

const renamed = z.object({ account: z.string(), name: z.string().nullable() })

/** Asks the person in the browser. Null takes the name away. */
export const renameAccount = async (
  terminal: Terminal,
  params: { readonly account: string; readonly name: string | null },
): Promise<void> => {
  const answer = ask(terminal, { command: 'session.rename', params, result: renamed })
  const done = await lookingAtBrowser(terminal, 'an account gets another name', answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const how = done.name === null ? 'has no name of yours any more' : `is called "${called(done.name, null)}" now`
  terminal.say(`${called(done.account, null)} ${how}.`)
}

const forgotten = z.object({
  account: z.string(),
  goes: z.int(),
  stays: z.int(),
  swept: z.boolean(),
  ledgerEntry: z.int(),
})

/** Asks the person in the browser; after her yes it is erased. A version of null is all of the account. */
export const forgetSession = async (
  terminal: Terminal,
  { account, version }: Whose & { readonly version: number | null },
): Promise<void> => {
  const params = { ...whose(account), version }
  const answer = ask(terminal, { command: 'session.forget', params, result: forgotten })
  const why = version === null ? 'all that is saved of an account is erased' : `version ${version} is erased`
  const done = await lookingAtBrowser(terminal, why, answer)
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const left = done.stays === 0 ? 'nothing of it is left' : `${count(done.stays, 'version')} left`
  terminal.say(`Erased ${count(done.goes, 'version')} of ${called(done.account, null)}; ${left}.`)
  if (!done.swept)
    terminal.say('Another program reads the database: the last traces go when the companion next starts.')
}

const whose = (account: string | undefined) => (account === undefined ? {} : { account })
