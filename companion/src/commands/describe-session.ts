import { type Command, InvalidArgumentError } from 'commander'
import { command, json, type Json, type Run } from './described-command.ts'

type Whose = { account?: string }

/** The commands below `session`. */
export const describeSession = (session: Command, run: Run): void => {
  ofAccount(command(session, 'list', 'every account and its saved versions', 'session list'), 'only this one')
    .option(...json)
    .action((options: Json & Whose) =>
      run(options, async (to) => (await import('./session-list.ts')).listSessions(to, options.account)),
    )
  ofAccount(command(session, 'show', 'one version, by names and counts', 'session show', 'session show 3'))
    .argument('[VERSION]', 'as `session list` shows it (default: the newest)', versionNumber)
    .option(...json)
    .action((version: number | undefined, options: Json & Whose) =>
      run(options, async (to) => (await import('./session-show.ts')).showSession(to, { ...options, version })),
    )
  ofAccount(command(session, 'diff', 'what differs between two versions, by names', 'session diff', 'session diff 2 5'))
    .argument('[FROM]', 'a version (default: the one before the newest)', versionNumber)
    .argument('[TO]', 'another one (default: the newest)', versionNumber)
    .option(...json)
    .action((from: number | undefined, other: number | undefined, options: Json & Whose) =>
      run(options, async (to) => (await import('./session-diff.ts')).diffSession(to, { ...options, from, other })),
    )
  ofAccount(
    command(session, 'restore', 'make an older version the newest, once you approve it', 'session restore 3'),
    severalMustTell,
  )
    .argument('<VERSION>', 'as `session list` shows it', versionNumber)
    .option(...json)
    .action((version: number, options: Json & Whose) =>
      run(options, async (to) => (await import('./session-change.ts')).restoreSession(to, { ...options, version })),
    )
  command(
    session,
    'rename',
    'give an account a name of yours, once you approve it',
    'session rename example-freelancer "Design work"',
    'session rename "Design work" --none',
  )
    .argument('<ACCOUNT>', 'its id or its name, as `session list` shows them')
    .argument('[NAME]', '1 to 60 characters')
    .option('--none', 'take its name away')
    .option(...json)
    .action((account: string, name: string | undefined, options: Json & { none?: boolean }, self: Command) => {
      if ((name === undefined) !== (options.none === true)) self.error('error: it takes a NAME, or --none')
      return run(options, async (to) =>
        (await import('./session-change.ts')).renameAccount(to, { account, name: name ?? null }),
      )
    })
  ofAccount(
    command(
      session,
      'forget',
      'erase a version for good, or all of an account, once you approve it',
      'session forget 3',
      'session forget --all-of example-freelancer',
    ),
    severalMustTell,
  )
    .argument('[VERSION]', 'as `session list` shows it', versionNumber)
    .option('--all-of <ACCOUNT>', 'every version of this account, and its name')
    .option(...json)
    .action((version: number | undefined, options: Json & Whose & { allOf?: string }, self: Command) => {
      const { allOf, account } = options
      if ((version === undefined) !== (allOf !== undefined))
        self.error('error: it takes a VERSION, or --all-of ACCOUNT')
      if (allOf !== undefined && account !== undefined) self.error('error: --all-of names the account already')
      return run(options, async (to) =>
        (await import('./session-change.ts')).forgetSession(to, {
          version: version ?? null,
          account: allOf ?? account,
        }),
      )
    })
  command(session, 'verify', 'whether every saved version opens and is whole', 'session verify')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./session-verify.ts')).verifySessions(to)))
}

const severalMustTell = 'has to be told where there are several'

const ofAccount = (described: Command, otherwise = 'default: the one saved last'): Command =>
  described.option('--account <ACCOUNT>', `its id or its name (${otherwise})`)

const versionNumber = (text: string): number => {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It takes the number of a version.')
  return number
}
