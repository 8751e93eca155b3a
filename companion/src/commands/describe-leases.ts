import { type Command, InvalidArgumentError } from 'commander'
import { formatNames } from '../exporters/format-names.ts'
import { command, json, type Json, type Run } from './described-command.ts'
import { narrowed, type Narrowed } from './narrowing-options.ts'

/** `lease`, `leases` and `exec`: copies of a session that end. */
export const describeLeases = (program: Command, run: Run): void => {
  const lease = command(
    program,
    'lease',
    'write a saved session to a file for a while, once you approve it',
    'lease --format playwright --for 2h ~/upwork-session.json',
    'lease --format playwright --for 30m --only sign-in --json',
  )
    .argument('[FILE]', 'the file to write (default: one in a private folder)')
    .requiredOption('--format <NAME>', formats)
    .requiredOption('--for <TIME>', 'a minute to 24 hours, such as 90m or 2h', seconds)
  narrowed(lease)
    .option(...json)
    .action((file: string | undefined, options: Json & Narrowed & { format: string; for: number }) =>
      run(options, async (to) => {
        const { json: _, for: lasts, ...wish } = options
        await (await import('./lease.ts')).lease(to, { ...wish, lasts, file })
      }),
    )

  const leases = command(program, 'leases', 'what is out of the vault, and until when', 'leases', 'leases end 3f2a91c0')
  leases
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./leases.ts')).listLeases(to)))
  command(leases, 'end', 'wipe a released copy, at once', 'leases end 3f2a91c0', 'leases end --all')
    .argument('[ID]', 'as `leases` shows it')
    .option('--all', 'every one of them')
    .option(...json)
    .action((id: string | undefined, options: { all?: boolean }, self: Command) => {
      if ((id === undefined) === (options.all !== true)) self.error('error: it takes an ID, or --all')
      return run(self.optsWithGlobals<Json>(), async (to) => (await import('./leases.ts')).endLeases(to, id))
    })

  const exec = command(
    program,
    'exec',
    'run one program that has a session, once you approve it',
    'exec --format playwright -- node scrape.js',
    'exec --format netscape --as COOKIES -- sh -c \'curl --cookie "$COOKIES" https://www.upwork.com/\'',
  )
    .argument('<CMD...>', 'the program and its arguments, behind `--`')
    .option('--format <NAME>', formats, 'playwright')
    .option('--as <NAME>', 'the variable in which the program finds the path of the file', 'COUNTERSIGN_SESSION')
  narrowed(exec).action((words: readonly string[], options: Narrowed & { format: string; as: string }) =>
    run({}, async (to) => {
      const { as, ...wish } = options
      await (await import('./exec.ts')).exec(to, { ...wish, command: words, variable: as })
    }),
  )
}

const formats = `one of ${Object.keys(formatNames).join(', ')}`

const units = { s: 1, m: 60, h: 3600 } as const

/** As a policy writes its times. */
const seconds = (text: string): number => {
  const [, count, unit] = /^([1-9]\d{0,5})(s|m|h)$/.exec(text) ?? []
  if (count === undefined) throw new InvalidArgumentError('Write a time as 90s, 30m or 2h.')
  return Number(count) * (unit === 'h' ? units.h : unit === 'm' ? units.m : units.s)
}
