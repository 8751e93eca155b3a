import { z } from 'zod'
import { ago } from './age.ts'
import { ask, askStarting, lookingAtBrowser } from './ask.ts'
import { clientEntries } from './client-entries.ts'
import type { Terminal } from './terminal.ts'

const granted = z.object({ label: z.string(), token: z.string(), url: z.string() })
const agents = z.array(
  z.looseObject({ label: z.string(), addedAt: z.iso.datetime(), lastSeen: z.iso.datetime().nullable() }),
)

/** Asks the person in the browser; after her yes the token is shown, this once. */
export const addAgent = async (terminal: Terminal, label: string): Promise<void> => {
  const answer = askStarting(terminal, { command: 'agents.add', params: { label }, result: granted })
  const { token, label: given, url } = await lookingAtBrowser(terminal, `"${label}" may have a token`, answer)
  if (terminal.json) terminal.say(JSON.stringify({ label: given, token }))
  else terminal.say(introduction({ label: given, token, url, cli: terminal.cli }))
}

const introduction = ({ label, ...agent }: { label: string; token: string; url: string; cli: string }): string => {
  const { token } = agent
  const { claudeCode, cursor, http } = clientEntries({ ...agent, node: process.execPath })
  return `"${label}" may ask now. Its token, shown this once:

  ${token}

Claude Code: put this into .mcp.json in your project's folder.

${claudeCode}

Cursor: put this into ~/.cursor/mcp.json.

${cursor}

A client that speaks HTTP alone: the companion has to run before it, and the address holds as long as its port does.

${http}

Where such a file is there already, add the "countersign" part to its "mcpServers". Then restart the agent.

Keep that file out of version control: whoever has the token can ask in the name of "${label}".
To have no token in it, take one of the first two, leave out "env" and make "args" end with "mcp", "--agent", "${label}".`
}

export const listAgents = async (terminal: Terminal): Promise<void> => {
  const all = await ask(terminal, { command: 'agents.list', params: {}, result: agents })
  if (terminal.json) return terminal.say(JSON.stringify(all))
  if (all.length === 0) return terminal.say('No agent has a token. Run `countersign agents add LABEL`.')
  const now = Date.now()
  for (const { label, addedAt, lastSeen } of all) {
    const seen = lastSeen === null ? 'not seen yet' : `seen ${ago(lastSeen, now)}`
    terminal.say(`${label}, added ${ago(addedAt, now)}, ${seen}`)
  }
}

export const revokeAgent = async (terminal: Terminal, label: string): Promise<void> => {
  await ask(terminal, { command: 'agents.revoke', params: { label }, result: z.unknown() })
  terminal.say(terminal.json ? JSON.stringify({ revoked: label }) : `"${label}" may not ask any more.`)
}
