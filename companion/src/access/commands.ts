import { z } from 'zod'
import { handler, type Handler } from '../control/handler.ts'
import { terminalAsker } from '../ledger/askers.ts'
import type { AgentActs, Tokened } from './agent-acts.ts'
import type { Grants } from './grants.ts'
import type { Mutes } from './mutes.ts'
import type { createToFile } from './exits/to-file.ts'
import { exportCommand } from './export-command.ts'
import type { Release } from './release.ts'
import type { Vault } from '../vault/vault.ts'
import type { TokenFiles } from './token-file.ts'

/** What the terminal may ask of access: the agents' grants, and letting a session out. */
export const accessCommands = (deps: {
  readonly agents: AgentActs
  readonly grants: Pick<Grants, 'list' | 'find' | 'revoke'>
  readonly mutes: Pick<Mutes, 'until' | 'mute'>
  readonly files: Pick<TokenFiles, 'remove'>
  readonly vault: Pick<Vault, 'accountName'>
  readonly release: Release
  readonly toFile: ReturnType<typeof createToFile>
  /** Where the companion listens: `http://127.0.0.1:PORT`. */
  readonly url: string
}): readonly Handler[] => [
  handler({
    name: 'agents.add',
    params: named.extend({ account: accountText.optional() }),
    run: async ({ label, account: only }, { claim, signal }) => {
      const added = await deps.agents.add(label, claim, signal, only)
      return { ...tokened(added, deps.url), account: added.account }
    },
  }),
  handler({
    name: 'agents.list',
    params: z.strictObject({}),
    run: () =>
      Promise.resolve(
        deps.grants.list().map((grant) => ({
          ...grant,
          accountName: grant.account === null ? null : deps.vault.accountName(grant.account),
          mutedUntil: deps.mutes.until(grant.id),
        })),
      ),
  }),
  handler({
    name: 'agents.rename',
    params: named.extend({ to: z.string().max(200) }),
    run: ({ label, to }, { claim, signal }) => deps.agents.rename(label, to, claim, signal),
  }),
  handler({
    name: 'agents.rotate',
    params: named,
    run: async ({ label }, { claim, signal }) => tokened(await deps.agents.rotate(label, claim, signal), deps.url),
  }),
  handler({
    name: 'agents.pin',
    params: named.extend({ account: accountText }),
    run: ({ label, account }, { claim, signal }) => deps.agents.pin(label, account, claim, signal),
  }),
  handler({
    name: 'agents.unpin',
    params: named,
    run: ({ label }, { claim, signal }) => deps.agents.unpin(label, claim, signal),
  }),
  handler({
    name: 'agents.unmute',
    params: named,
    run: ({ label }, { claim, signal }) => deps.agents.unmute(label, claim, signal),
  }),
  handler({
    // It closes, so nobody is asked.
    name: 'agents.mute',
    params: named,
    run: ({ label }) => {
      const { id, label: written } = deps.grants.find(label)
      deps.mutes.mute({ grant: id, label: written }, terminalAsker)
      return Promise.resolve({ label: written, mutedUntil: deps.mutes.until(id) })
    },
  }),
  handler({
    // It closes, so nobody is asked.
    name: 'agents.revoke',
    params: named,
    run: ({ label }) => {
      const revoked = deps.grants.revoke(label, terminalAsker)
      deps.files.remove(revoked)
      return Promise.resolve({ revoked })
    },
  }),
  exportCommand(deps),
]

const named = z.strictObject({ label: z.string().max(200) })
const accountText = z.string().max(200)

const tokened = ({ label, token }: Tokened, url: string) => ({ label, token: token.reveal(), url })
