import { timeLeft } from '@countersign/shared/time-left'
import { z } from 'zod'
import { ago } from './age.ts'
import { ask, askStarting, lookingAtBrowser } from './ask.ts'
import { clientEntries } from './client-entries.ts'
import { called } from './session-words.ts'
import type { Terminal } from './terminal.ts'

const granted = z.object({ label: z.string(), token: z.string(), url: z.string() })
const account = z.object({ id: z.string(), name: z.string().nullable(), saved: z.boolean() })
const agents = z.array(
  z.looseObject({
    label: z.string(),
    addedAt: z.iso.datetime(),
    lastSeen: z.iso.datetime().nullable(),
    mutedUntil: z.iso.datetime().nullable(),
    account: z.string().nullable(),
    accountName: z.string().nullable(),
  }),
)

/** Asks the person in the browser; after her yes the token is shown, this once. */
export const addAgent = async (terminal: Terminal, label: string, only: string | undefined): Promise<void> => {
  const params = only === undefined ? { label } : { label, account: only }
  const result = granted.extend({ account: account.nullable() })
  const answer = askStarting(terminal, { command: 'agents.add', params, result })
  const added = await lookingAtBrowser(terminal, `"${label}" may have a token`, answer)
  const { token, label: given, url } = added
  if (added.account !== null && !added.account.saved) terminal.remark(notSavedYet(added.account))
  if (terminal.json) terminal.say(JSON.stringify({ label: given, token }))
  else terminal.say(introduction({ label: given, token, url, cli: terminal.cli }, `"${given}" may ask now.`))
}

/** Asks the person in the browser; after her yes the new token is shown, this once, and the old one is dead. */
export const rotateAgent = async (terminal: Terminal, label: string): Promise<void> => {
  const answer = ask(terminal, { command: 'agents.rotate', params: { label }, result: granted })
  const { token, label: given, url } = await lookingAtBrowser(terminal, `"${label}" gets a new token`, answer)
  if (terminal.json) return terminal.say(JSON.stringify({ label: given, token }))
  const done = `"${given}" has a new token, and the old one is dead.`
  terminal.say(introduction({ label: given, token, url, cli: terminal.cli }, done))
}

type Introduced = { readonly label: string; readonly token: string; readonly url: string; readonly cli: string }

const introduction = ({ label, ...agent }: Introduced, done: string): string => {
  const { token } = agent
  const { claudeCode, cursor, http } = clientEntries({ ...agent, node: process.execPath })
  return `${done} Its token, shown this once:

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
  for (const { label, addedAt, lastSeen, mutedUntil, ...agent } of all) {
    const seen = lastSeen === null ? 'not seen yet' : `seen ${ago(lastSeen, now)}`
    const muted = mutedUntil === null ? '' : `, muted, ${timeLeft(Date.parse(mutedUntil), now)} left`
    const only = agent.account === null ? '' : `, only for ${called(agent.accountName ?? agent.account, null)}`
    terminal.say(`${label}, added ${ago(addedAt, now)}, ${seen}${muted}${only}`)
  }
}

export const renameAgent = async (terminal: Terminal, label: string, to: string): Promise<void> => {
  const result = z.object({ from: z.string(), to: z.string() })
  const answer = ask(terminal, { command: 'agents.rename', params: { label, to }, result })
  const renamed = await lookingAtBrowser(terminal, `"${label}" is called "${to}" from now on`, answer)
  if (terminal.json) return terminal.say(JSON.stringify({ renamed: renamed.from, label: renamed.to }))
  terminal.say(
    `"${renamed.from}" is called "${renamed.to}" now. Where it starts with \`--agent\`, change the name there.`,
  )
}

export const pinAgent = async (terminal: Terminal, label: string, to: string): Promise<void> => {
  const result = z.object({ label: z.string(), account })
  const answer = ask(terminal, { command: 'agents.pin', params: { label, account: to }, result })
  const pinned = await lookingAtBrowser(terminal, `"${label}" is only for ${to} from now on`, answer)
  if (!pinned.account.saved) terminal.remark(notSavedYet(pinned.account))
  const { id, name } = pinned.account
  if (terminal.json)
    return terminal.say(JSON.stringify({ label: pinned.label, account: id, saved: pinned.account.saved }))
  terminal.say(`"${pinned.label}" is only for ${called(name ?? id, null)} now.`)
}

export const unpinAgent = async (terminal: Terminal, label: string): Promise<void> => {
  const result = z.object({ label: z.string() })
  const answer = ask(terminal, { command: 'agents.unpin', params: { label }, result })
  const { label: unpinned } = await lookingAtBrowser(terminal, `"${label}" may ask for any account's session`, answer)
  terminal.say(terminal.json ? JSON.stringify({ unpinned }) : `"${unpinned}" may ask for any account's session.`)
}

const notSavedYet = ({ id }: z.output<typeof account>): string =>
  `No session of an account ${called(id, null)} is saved yet: check that it is spelled as Upwork does.`

export const muteAgent = async (terminal: Terminal, label: string): Promise<void> => {
  const result = z.object({ label: z.string(), mutedUntil: z.iso.datetime() })
  const muted = await ask(terminal, { command: 'agents.mute', params: { label }, result })
  if (terminal.json) return terminal.say(JSON.stringify({ muted: muted.label, mutedUntil: muted.mutedUntil }))
  terminal.say(`"${muted.label}" is muted for ${timeLeft(Date.parse(muted.mutedUntil), Date.now())}.`)
}

export const unmuteAgent = async (terminal: Terminal, label: string): Promise<void> => {
  const result = z.object({ label: z.string() })
  const answer = ask(terminal, { command: 'agents.unmute', params: { label }, result })
  const { label: unmuted } = await lookingAtBrowser(terminal, `"${label}" may ask again`, answer)
  terminal.say(terminal.json ? JSON.stringify({ unmuted }) : `"${unmuted}" is not muted.`)
}

export const revokeAgent = async (terminal: Terminal, label: string): Promise<void> => {
  await ask(terminal, { command: 'agents.revoke', params: { label }, result: z.unknown() })
  terminal.say(terminal.json ? JSON.stringify({ revoked: label }) : `"${label}" may not ask any more.`)
}
