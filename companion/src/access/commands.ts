import { z } from 'zod'
import { handler, type Handler } from '../control/handler.ts'
import { type AddAgent, removeTokenFile } from './add-agent.ts'
import type { Grants } from './grants.ts'
import type { Release } from './release.ts'

/** What the terminal may ask of access: the agents' grants, and letting a session out. */
export const accessCommands = (deps: {
  readonly addAgent: AddAgent
  readonly grants: Pick<Grants, 'list' | 'revoke'>
  readonly release: Release
  readonly stateFolder: string
  /** Where the companion listens: `http://127.0.0.1:PORT`. */
  readonly url: string
}): readonly Handler[] => [
  handler({
    name: 'agents.add',
    params: z.strictObject({ label: z.string().max(200) }),
    run: async ({ label }, { claim, signal }) => {
      const { token } = await deps.addAgent(label, claim, signal)
      return { label, token: token.reveal(), url: deps.url }
    },
  }),
  handler({
    name: 'agents.list',
    params: z.strictObject({}),
    run: () => Promise.resolve(deps.grants.list()),
  }),
  handler({
    // It closes, so nobody is asked.
    name: 'agents.revoke',
    params: z.strictObject({ label: z.string().max(200) }),
    run: ({ label }) => {
      const revoked = deps.grants.revoke(label, { kind: 'terminal', label: 'Terminal' })
      removeTokenFile(deps.stateFolder, revoked)
      return Promise.resolve({ revoked })
    },
  }),
  handler({
    name: 'export',
    params: z.strictObject({
      format: z.string().max(40),
      out: z.string().min(1).max(4096),
      account: z.string().max(200).optional(),
    }),
    run: (wish, { claim, signal }) => deps.release.export(wish, claim, signal),
  }),
]
