import type { LedgerCalls } from './access/ledger-call.ts'
import { createSessionActs, type SessionActs } from './access/session-acts.ts'
import { createSessionAsks } from './access/session-asks.ts'
import { createSessionChanges } from './access/session-changes.ts'
import { createSessionViews, type SessionViews } from './access/session-views.ts'
import type { TerminalAct } from './access/terminal-act.ts'
import type { Handler } from './control/handler.ts'
import { sessionHandlers } from './control/handlers/sessions.ts'
import type { Database } from './database/database.ts'
import type { Vault } from './vault/vault.ts'

/** The saved sessions' history: as commands have it, as browsers see it, and what her own clicks do about it. */
export const createHistory = (deps: {
  readonly database: Pick<Database, 'transaction'>
  readonly vault: Vault
  readonly calls: LedgerCalls
  readonly act: TerminalAct
}): { readonly handlers: readonly Handler[]; readonly views: SessionViews; readonly acts: SessionActs } => {
  const changes = createSessionChanges(deps)
  const asks = createSessionAsks({ ...deps, changes })
  return {
    handlers: sessionHandlers({ vault: deps.vault, asks }),
    views: createSessionViews(deps.vault),
    acts: createSessionActs({ ...deps, changes }),
  }
}
