import { refusalOf } from '@countersign/shared/errors'
import type { companionMethods } from '@countersign/shared/protocol/messages'
import type { z } from 'zod'
import type { LedgerCall, LedgerCalls } from './ledger-call.ts'
import { sessionActions } from './session-asks.ts'
import type { SessionChanges } from './session-changes.ts'

type Act = z.output<(typeof companionMethods)['act']['params']>['act']
export type SessionAct = Extract<Act, { tool: 'restore' | 'name-account' | 'forget-session' }>

/** Her own acts in the popup about saved sessions, once her signature was checked. Throws a coded error. @param by the browser's label */
export type SessionActs = (act: SessionAct, by: string) => Promise<void>

export const createSessionActs =
  ({ calls, changes }: { readonly calls: LedgerCalls; readonly changes: SessionChanges }): SessionActs =>
  async (act, by) => {
    const entry = calls.begin({ kind: 'browser', label: by }, actions[act.tool])
    try {
      await carryOut(act, entry, changes)
    } catch (thrown) {
      entry.refused(refusalOf(thrown).code)
      throw thrown
    }
  }

const actions = {
  restore: sessionActions.restore,
  'name-account': sessionActions.rename,
  'forget-session': sessionActions.forget,
} as const

const carryOut = async (act: SessionAct, entry: LedgerCall, changes: SessionChanges): Promise<void> => {
  if (act.tool === 'restore') await changes.restore(act.account, act.version, entry)
  else if (act.tool === 'name-account') changes.rename(act.account, act.name, entry)
  else changes.forget(act.account, act.version, entry)
}
