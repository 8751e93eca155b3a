import type { Command } from 'commander'
import { command, json, type Json, type Run } from './described-command.ts'

/** The commands below `agents`. */
export const describeAgents = (agents: Command, run: Run): void => {
  command(agents, 'add', 'give an agent its token, once you approve it', 'agents add "Claude Code"')
    .argument('<LABEL>', '1 to 40 letters, digits, spaces, `.`, `_` or `-`')
    .option('--account <ID>', 'the only account that it may ask for (default: any)')
    .option(...json)
    .action((label: string, options: Json & { account?: string }) =>
      run(options, async (to) => (await import('./agents.ts')).addAgent(to, label, options.account)),
    )
  command(agents, 'list', 'the agents that have a token', 'agents list')
    .option(...json)
    .action((options: Json) => run(options, async (to) => (await import('./agents.ts')).listAgents(to)))
  const named = [
    ['rotate', 'give an agent a new token, once you approve it; the old one dies', 'rotateAgent'],
    ['unpin', "let an agent ask for any account's session again, once you approve it", 'unpinAgent'],
    ['mute', 'refuse all that an agent asks, for a while, at once', 'muteAgent'],
    ['unmute', 'let a muted agent ask again, once you approve it', 'unmuteAgent'],
  ] as const
  for (const [name, description, does] of named) {
    command(agents, name, description, `agents ${name} "Claude Code"`)
      .argument('<LABEL>', 'as `agents list` shows it')
      .option(...json)
      .action((label: string, options: Json) =>
        run(options, async (to) => (await import('./agents.ts'))[does](to, label)),
      )
  }
  command(agents, 'rename', 'give an agent another name, once you approve it', 'agents rename Cursor "Job scout"')
    .argument('<OLD>', 'as `agents list` shows it')
    .argument('<NEW>', '1 to 40 letters, digits, spaces, `.`, `_` or `-`')
    .option(...json)
    .action((label: string, name: string, options: Json) =>
      run(options, async (to) => (await import('./agents.ts')).renameAgent(to, label, name)),
    )
  command(
    agents,
    'pin',
    'keep an agent to one account, once you approve it',
    'agents pin "Claude Code" example-freelancer',
  )
    .argument('<LABEL>', 'as `agents list` shows it')
    .argument('<ACCOUNT>', 'its id, or the name that you gave it')
    .option(...json)
    .action((label: string, account: string, options: Json) =>
      run(options, async (to) => (await import('./agents.ts')).pinAgent(to, label, account)),
    )
  command(agents, 'revoke', "take an agent's token away, at once", 'agents revoke "Claude Code"')
    .argument('<LABEL>', 'as `agents list` shows it')
    .option(...json)
    .action((label: string, options: Json) =>
      run(options, async (to) => (await import('./agents.ts')).revokeAgent(to, label)),
    )
}
