import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import { findAccount } from '../../access/find-account.ts'
import type { SessionAsks } from '../../access/session-asks.ts'
import { difference } from '../../vault/difference.ts'
import { savedVersionOf } from '../../vault/saved-version.ts'
import type { Vault } from '../../vault/vault.ts'
import { handler, type Handler } from '../handler.ts'
import type { SessionList, SessionShown, SessionsVerified } from '../session-answers.ts'

/** The saved sessions, for the terminal: what only tells asks nobody, since it tells names and counts; what changes asks her. */
export const sessionHandlers = ({
  vault,
  asks,
}: {
  readonly vault: Pick<Vault, 'accounts' | 'versions' | 'accountName' | 'list' | 'openVersion' | 'verify'>
  readonly asks: SessionAsks
}): readonly Handler[] => [
  handler({
    name: 'session.list',
    params: z.strictObject({ account }),
    run: ({ account: told }) => {
      const accounts = told === undefined ? vault.accounts() : [findAccount(vault, told)]
      const listed = accounts.map((each) => ({
        account: each.account,
        name: each.accountName,
        versions: vault.versions(each.account).map(savedVersionOf),
      }))
      const count = listed.reduce((sum, { versions }) => sum + versions.length, 0)
      const unknown = told === undefined ? vault.list().length - count : 0
      return Promise.resolve<SessionList>({ accounts: listed, unknown })
    },
  }),
  handler({
    name: 'session.show',
    params: z.strictObject({ account, version: version.optional() }),
    run: ({ account: told, version: wanted }) => {
      const { account: whose, accountName } = findAccount(vault, told)
      const versions = vault.versions(whose)
      const newest = versions.find(({ kind }) => kind === 'saved')
      const found = wanted === undefined ? newest : versions.find((each) => each.version === wanted)
      if (found === undefined) throw new CountersignError(wanted === undefined ? 'no_such_session' : 'no_such_version')
      if (found.kind === 'set-aside') throw new CountersignError('vault_record_damaged')
      const { savedAt, summary } = found
      const which = { account: whose, name: accountName, version: found.version, newest: found === newest }
      return Promise.resolve<SessionShown>({ ...which, savedAt, summary })
    },
  }),
  handler({
    // Without any: the newest, and the one before.
    name: 'session.diff',
    params: z.strictObject({ account, from: version.optional(), to: version.optional() }),
    run: ({ account: told, ...wanted }) => {
      const { account: whose, accountName } = findAccount(vault, told)
      const saved = vault.versions(whose).filter(({ kind }) => kind === 'saved')
      const to = wanted.to ?? saved[0]?.version
      const from = wanted.from ?? saved.find((each) => each.version !== to)?.version
      if (from === undefined || to === undefined) {
        throw new CountersignError('no_such_version', { message: 'Of this account there is no other version.' })
      }
      const open = (number: number) => ({ version: number, session: vault.openVersion(whose, number) })
      return Promise.resolve({ account: whose, name: accountName, ...difference(open(from), open(to)) })
    },
  }),
  handler({
    name: 'session.verify',
    params: z.strictObject({}),
    run: async (): Promise<SessionsVerified> => vault.verify(),
  }),
  handler({
    name: 'session.restore',
    params: z.strictObject({ account, version }),
    run: async (wish, { claim, signal }) => {
      const { saved, before, ledgerEntry } = await asks.restore(wish, claim, signal)
      return { account: saved.account, version: saved.version, from: wish.version, before, ledgerEntry }
    },
  }),
  handler({
    name: 'session.rename',
    params: z.strictObject({ account: z.string().max(200), name: z.string().trim().min(1).max(60).nullable() }),
    run: (wish, { claim, signal }) => asks.rename(wish, claim, signal),
  }),
  handler({
    // A version of the account; or, with null and the account told, all of them.
    name: 'session.forget',
    params: z.union([
      z.strictObject({ account, version }),
      z.strictObject({ account: z.string().max(200), version: z.null() }),
    ]),
    run: (wish, { claim, signal }) => asks.forget(wish, claim, signal),
  }),
]

const account = z.string().max(200).optional()
const version = z.int().positive()
