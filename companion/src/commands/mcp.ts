import { parseArgs } from 'node:util'
import type { Machine } from '../machine.ts'
import { relay } from '../relay.ts'

export const mcpHelp = `Usage: countersign mcp [--agent LABEL]

The MCP server on stdio that an agent's client starts. It passes everything on to
the companion, and starts one when none runs.

Options:
  --agent LABEL  take the token that \`countersign agents add LABEL\` left in the
                 state folder; without it the token is that of COUNTERSIGN_TOKEN
  -h, --help     show this

Example:
  countersign mcp --agent "Claude Code"`

/** Gives the exit code. Loads node: modules only, as the relay does. */
export const mcp = async (args: readonly string[], cli: string, machine: Machine): Promise<number> => {
  const asked = parsed(args)
  if (asked === undefined || asked.help) {
    if (asked === undefined) process.stderr.write(`error: it takes --agent LABEL, and nothing else\n\n${mcpHelp}\n`)
    else process.stdout.write(`${mcpHelp}\n`)
    return asked === undefined ? 2 : 0
  }
  return relay({
    agent: asked.agent,
    cli,
    machine,
    stdin: process.stdin,
    stdout: process.stdout,
    complain: (line) => process.stderr.write(`${line}\n`),
  })
}

const parsed = (args: readonly string[]): { agent: string | undefined; help: boolean } | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { agent: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    return { agent: values.agent, help: values.help === true }
  } catch {
    return undefined
  }
}
