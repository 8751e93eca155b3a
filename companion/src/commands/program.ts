import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Machine } from '../machine.ts'
import { version } from '../version.ts'
import { describeAgents } from './describe-agents.ts'
import { describeLeases } from './describe-leases.ts'
import { all, command, json, type Json, type Run } from './described-command.ts'
import { describeExport } from './describe-export.ts'
import { describeSession } from './describe-session.ts'
import { mcpHelp } from './mcp.ts'
import { inTerminal } from './terminal.ts'

/** Parses argv and runs the command it names, whose file is loaded only then. Gives the exit code: 0, 1, or 2 for wrong usage. */
export const runProgram = async (args: readonly string[], cli: string, machine: Machine): Promise<number> => {
  let code = 0
  const run: Run = async ({ json, stdout }, act) => {
    code = await inTerminal({ machine, cli, json: json === true, aside: stdout === true }, act)
  }
  try {
    await describe(run).parseAsync(args, { from: 'user' })
    return code
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    return thrown.exitCode === 0 ? 0 : 2
  }
}

const describe = (run: Run): Command => {
  // `exitOverride` and `showHelpAfterError` go over to every command made from this one.
  const program = new Command('countersign')
    .description('Let an AI agent into your Upwork session, with your say-so.')
    .version(version, '-V, --version')
    .exitOverride()
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nEach command has its own --help. In the Countersign folder, "countersign" is short for\n"node companion/dist/cli.js".',
    )

  command(program, 'start', 'run the companion, until Ctrl-C', 'start')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./start.ts')).start(to)))

  // Runs before this file is loaded; it stands here for the list of commands alone.
  program.command('mcp').description('what an agent starts: the MCP server on stdio').helpInformation = () =>
    `${mcpHelp}\n`

  describePair(command(program, 'pair', 'connect a browser with the companion', 'pair'), run)
  describeAgents(
    command(
      program,
      'agents',
      'let agents ask, list them, rename or mute them, shut them out',
      'agents add "Claude Code"',
    ),
    run,
  )

  command(program, 'status', 'what runs, what is paired, what is saved', 'status')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./status.ts')).status(to)))

  describeExport(program, run)
  describeSession(
    command(
      program,
      'session',
      'look at the saved versions of a session, restore one, name an account, forget',
      'session list',
      'session diff',
    ),
    run,
  )
  describeLeases(program, run)
  describePolicy(
    command(program, 'policy', 'what each tool may do: look at it, try it, change it', 'policy show', 'policy edit'),
    run,
  )
  describeLedger(
    command(program, 'ledger', 'read and check what was asked and done', 'ledger list', 'ledger verify'),
    run,
  )
  return program
}

const describePair = (pair: Command, run: Run): void => {
  pair
    .option(...json)
    .option('--reset', 'first erase all sessions, agents, accepted policies and paired browsers')
    .action((options: Json & { reset?: boolean }) =>
      run(options, async (to) => (await import('./pair.ts')).pair(to, { reset: options.reset === true })),
    )
  command(pair, 'list', 'the browsers that are paired', 'pair list')
    .option(...json)
    .action((_: Json, self: Command) => run(all(self), async (to) => (await import('./pair.ts')).listBrowsers(to)))
  command(pair, 'key', "a browser's public key, to check what it signed", 'pair key > browser.pem')
    .argument('[FINGERPRINT]', 'as `pair list` shows it; may be left out while one browser is paired')
    .option(...json)
    .action((fingerprint: string | undefined, _: Json, self: Command) =>
      run(all(self), async (to) => (await import('./pair.ts')).browserKey(to, fingerprint)),
    )
  command(pair, 'remove', 'unpair a browser', 'pair remove 7K2M-9QXD')
    .argument('<FINGERPRINT>', 'as `pair list` shows it')
    .option(...json)
    .action((fingerprint: string, _: Json, self: Command) =>
      run(all(self), async (to) => (await import('./pair.ts')).removeBrowser(to, fingerprint)),
    )
}

const describePolicy = (policy: Command, run: Run): void => {
  command(policy, 'path', 'where policy.json lies', 'policy path')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./policy.ts')).showPath(to)))
  command(policy, 'show', 'the policy in force, and how policy.json stands to it', 'policy show')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./policy.ts')).showPolicy(to)))
  command(policy, 'check', 'all mistakes of a file, each with its place', 'policy check policy.json')
    .argument('[FILE]', 'a policy (default: the policy.json of the state folder)')
    .option(...json)
    .action((file: string | undefined, options: Json) =>
      run(options, async (to) => (await import('./policy.ts')).checkPolicy(to, file)),
    )
  command(
    policy,
    'explain',
    'what would become of a call, and by which rule',
    `policy explain --agent "Claude Code" --tool save_session`,
    `policy explain --tool submit_proposal --args '{"bid_rate": 35}' --file policy.json`,
  )
    .option('--agent <LABEL>', 'who calls, as `agents list` shows it')
    .requiredOption('--tool <NAME>', 'the tool that is called')
    .option('--args <JSON>', 'its arguments (default: none)')
    .option('--file <FILE>', 'by this policy, instead of the one in force')
    .option(...json)
    .action((options: Json & { agent?: string; tool: string; args?: string; file?: string }) =>
      run(options, async (to) => (await import('./policy.ts')).explainPolicy(to, options)),
    )
  command(policy, 'edit', 'open a copy in $EDITOR, and propose what you save', 'policy edit')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./policy-edit.ts')).editPolicy(to)))
  command(policy, 'default', 'the policy that holds until you accept another', 'policy default > policy.json')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./policy.ts')).showDefault(to)))
  command(
    policy,
    'history',
    'the policies that you accepted; any can be proposed again',
    'policy history',
    'policy history --propose 2',
  )
    .option('--show <N>', 'print the policy with this number', countFromZero)
    .addOption(
      new Option('--propose <N>', 'propose the policy with this number again')
        .argParser(countFromZero)
        .conflicts('show'),
    )
    .option(...json)
    .action((options: Json & { show?: number; propose?: number }) =>
      run(options, async (to) => (await import('./policy-history.ts')).showHistory(to, options)),
    )
}

const describeLedger = (ledger: Command, run: Run): void => {
  command(ledger, 'list', 'the newest entries', 'ledger list --limit 20')
    .option(...json)
    .option('--limit <N>', 'how many entries', wholeNumber, 100)
    .action((options: Json & { limit: number }) =>
      run(options, async (to) => (await import('./ledger.ts')).listLedger(to, options.limit)),
    )
  command(ledger, 'show', 'one entry whole, and what was signed', 'ledger show 17')
    .argument('<ENTRY>', 'its number, as `ledger list` shows it', entryNumber)
    .option(...json)
    .action((entry: number, options: Json) =>
      run(options, async (to) => (await import('./ledger-show.ts')).showEntry(to, entry)),
    )
  command(
    ledger,
    'verify',
    'whether anything was altered, cut, reordered or rewritten',
    'ledger verify',
    'ledger verify ledger.jsonl --key browser.pem',
  )
    .argument('[FILE]', 'an exported ledger (default: that of the companion that runs)')
    .option('--key <FILE>', "a browser's public key: only what it signed counts; may be repeated", several)
    .option(...json)
    .action((file: string | undefined, options: Json & { key?: readonly string[] }) =>
      run(options, async (to) =>
        (await import('./ledger-verify.ts')).verifyLedger(to, { file, keys: options.key ?? [] }),
      ),
    )
  command(ledger, 'export', 'all of it as JSON Lines, countersignatures included', 'ledger export --out ledger.jsonl')
    .option('--out <FILE>', 'the file to write, for you alone (default: to stdout)')
    .option(...json)
    .action((options: Json & { out?: string }) =>
      run(options, async (to) => (await import('./ledger-export.ts')).exportLedger(to, options)),
    )
}

const wholeNumber = (text: string): number => {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > 100_000) throw new InvalidArgumentError('It takes a number from 1 to 100000.')
  return number
}

const entryNumber = (text: string): number => {
  const number = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0
  if (number < 1) throw new InvalidArgumentError('It takes the number of an entry.')
  return number
}

const countFromZero = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes the number of a policy.')
  return Number(text)
}

const several = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]
