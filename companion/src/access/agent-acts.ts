import { isDeepStrictEqual } from 'node:util'
import type { Countersigned } from '@countersign/shared/approval/countersignature'
import { digest } from '@countersign/shared/canonical'
import { CountersignError } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import type { Claim } from '../control/messages.ts'
import type { Database } from '../database/database.ts'
import type { Random } from '../random.ts'
import type { Vault } from '../vault/vault.ts'
import { newToken, tokenDigest } from './agent-token.ts'
import type { Grants } from './grants.ts'
import { requireLabel } from './label.ts'
import type { LedgerCall } from './ledger-call.ts'
import { accountOf, namedAccount, type NamedAccount } from './named-account.ts'
import type { Mutes } from './mutes.ts'
import { grantActions, grantArgs, grantDetails, type WantedGrant } from './stored-grant.ts'
import type { TerminalAct } from './terminal-act.ts'
import type { TokenFiles } from './token-file.ts'

/** What opens something about agents: done once the person has approved it. Labels are found whatever their case. */
export type AgentActs = {
  /** Gives an agent its label and token. @param account the only one that it is for, by id or name; any where it is not told */
  add(label: string, claim: Claim, signal: AbortSignal, account?: string): Promise<Tokened & Pinned>
  /** It stays the same agent: its limits, its token and its connections go on. Gives the labels as they are written. */
  rename(label: string, to: string, claim: Claim, signal: AbortSignal): Promise<{ from: string; to: string }>
  /** A new token in the place of the old one, whose connections end. */
  rotate(label: string, claim: Claim, signal: AbortSignal): Promise<Tokened>
  /** From now on it is only for this account, by id or name. Asks nobody where that is so already. */
  pin(label: string, account: string, claim: Claim, signal: AbortSignal): Promise<{ label: string } & Pinned>
  /** It may ask for any account's session again. Asks nobody about one that is not pinned. */
  unpin(label: string, claim: Claim, signal: AbortSignal): Promise<{ label: string }>
  /** Asks nobody about one that is not muted. */
  unmute(label: string, claim: Claim, signal: AbortSignal): Promise<{ label: string }>
}

export type Tokened = { readonly label: string; readonly token: Secret<string> }
/** The only account that an agent is for; null where it is for any. */
export type Pinned = { readonly account: NamedAccount | null }

export const createAgentActs = (deps: {
  readonly act: TerminalAct
  readonly database: Pick<Database, 'transaction'>
  readonly grants: Pick<Grants, 'isTaken' | 'find' | 'keep'>
  readonly mutes: Pick<Mutes, 'until' | 'unmute'>
  readonly files: Pick<TokenFiles, 'write' | 'rename'>
  readonly vault: Pick<Vault, 'accounts' | 'accountName' | 'versions'>
  readonly random: Random
  newId(): string
}): AgentActs => {
  const { act, database, grants, mutes, files, vault, random } = deps

  /** @param before what it was when she was asked: it may have become another one meanwhile */
  const keep = (wanted: WantedGrant, signed: Countersigned, entry: LedgerCall, before?: WantedGrant) =>
    database.transaction(() => {
      if (before !== undefined && !isDeepStrictEqual(grants.find(before.label), before)) {
        throw new CountersignError('approval_changed')
      }
      grants.keep(wanted, signed)
      entry.done('grant', grantDetails(wanted, signed))
    })

  const pinOf = ({ account }: WantedGrant): NamedAccount | null => (account === null ? null : accountOf(vault, account))

  return {
    add: async (label, claim, signal, named) => {
      requireLabel(label)
      if (grants.isTaken(label)) throw new CountersignError('label_taken')
      const account = named === undefined ? null : namedAccount(vault, named)
      const token = newToken(random)
      const digested = tokenDigest(token.reveal())
      const wanted: WantedGrant = { id: deps.newId(), label, tokenDigest: digested, account: account?.id ?? null }
      return act(
        {
          action: grantActions.add(label),
          args: await grantArgs(wanted),
          subject: { kind: 'add-agent', label, account },
          act: (signed, entry) => {
            files.write(label, token, () => keep(wanted, signed, entry))
            return { result: { label, token, account }, told: `"${label}" may ask now.` }
          },
        },
        claim,
        signal,
      )
    },

    rename: async (label, to, claim, signal) => {
      const before = grants.find(label)
      requireLabel(to)
      if (to === before.label || (grants.isTaken(to) && grants.find(to).id !== before.id)) {
        throw new CountersignError('label_taken')
      }
      const wanted: WantedGrant = { ...before, label: to }
      return act(
        {
          action: grantActions.rename(before.label),
          args: await grantArgs(wanted),
          subject: { kind: 'rename-agent', label: before.label, to },
          act: (signed, entry) => {
            keep(wanted, signed, entry, before)
            files.rename(before.label, to)
            return { result: { from: before.label, to }, told: `"${before.label}" is called "${to}" now.` }
          },
        },
        claim,
        signal,
      )
    },

    rotate: async (named, claim, signal) => {
      const before = grants.find(named)
      const { label } = before
      const token = newToken(random)
      const wanted: WantedGrant = { ...before, tokenDigest: tokenDigest(token.reveal()) }
      return act(
        {
          action: grantActions.rotate(label),
          args: await grantArgs(wanted),
          subject: { kind: 'rotate-agent', label },
          act: (signed, entry) => {
            files.write(label, token, () => keep(wanted, signed, entry, before))
            return { result: { label, token }, told: `"${label}" has a new token; the old one is dead.` }
          },
        },
        claim,
        signal,
      )
    },

    pin: async (named, to, claim, signal) => {
      const before = grants.find(named)
      const { label } = before
      const account = namedAccount(vault, to)
      if (before.account === account.id) return { label, account }
      const wanted: WantedGrant = { ...before, account: account.id }
      return act(
        {
          action: grantActions.pin(label),
          args: await grantArgs(wanted),
          subject: { kind: 'pin-agent', label, from: pinOf(before), account },
          act: (signed, entry) => {
            keep(wanted, signed, entry, before)
            return { result: { label, account }, told: `"${label}" is only for ${account.name ?? account.id} now.` }
          },
        },
        claim,
        signal,
      )
    },

    unpin: async (named, claim, signal) => {
      const before = grants.find(named)
      const { label } = before
      if (before.account === null) return { label }
      const wanted: WantedGrant = { ...before, account: null }
      return act(
        {
          action: grantActions.unpin(label),
          args: await grantArgs(wanted),
          subject: { kind: 'pin-agent', label, from: pinOf(before), account: null },
          act: (signed, entry) => {
            keep(wanted, signed, entry, before)
            return { result: { label }, told: `"${label}" may ask for any account's session now.` }
          },
        },
        claim,
        signal,
      )
    },

    unmute: async (named, claim, signal) => {
      const { id, label } = grants.find(named)
      const until = mutes.until(id)
      if (until === null) return { label }
      return act(
        {
          action: `unmute agent ${label}`,
          args: await digest({ grant: id, until }),
          subject: { kind: 'unmute-agent', label, until },
          act: (_, entry) => {
            mutes.unmute({ grant: id, label }, (details) => entry.done('unmuted', details))
            return { result: { label }, told: `"${label}" may ask again.` }
          },
        },
        claim,
        signal,
      )
    },
  }
}
