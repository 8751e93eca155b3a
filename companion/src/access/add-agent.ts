import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Asker } from '@countersign/shared/approval/prompt'
import { CountersignError, refusalOf } from '@countersign/shared/errors'
import type { Secret } from '@countersign/shared/secret'
import { toldToPerson } from '@countersign/shared/told-to-person'
import type { Broker } from '../approvals/broker.ts'
import type { Claim } from '../control/messages.ts'
import type { Database } from '../database/database.ts'
import { diskError } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import type { Random } from '../random.ts'
import { newToken, tokenDigest } from './agent-token.ts'
import { asError } from './as-error.ts'
import type { Authorize } from './authorize.ts'
import { grantAction, grantArgs, type Grants, type WantedGrant } from './grants.ts'
import { requireLabel } from './label.ts'
import type { LedgerCall, LedgerCalls } from './ledger-call.ts'
import { writePrivate } from './write-private.ts'

/** Gives an agent its label and token, once the person has approved it. */
export type AddAgent = (
  label: string,
  claim: Claim,
  signal: AbortSignal,
) => Promise<{ readonly label: string; readonly token: Secret<string> }>

export type AddAgentDeps = {
  readonly authorize: Authorize
  readonly broker: Pick<Broker, 'end'>
  readonly calls: LedgerCalls
  readonly database: Pick<Database, 'transaction'>
  readonly grants: Pick<Grants, 'isTaken' | 'keep'>
  readonly machine: Machine
  readonly stateFolder: string
  readonly random: Random
  readonly patience: number
  newId(): string
}

export const createAddAgent =
  (deps: AddAgentDeps): AddAgent =>
  async (label, claim, signal) => {
    requireLabel(label)
    if (deps.grants.isTaken(label)) throw new CountersignError('label_taken')
    const token = newToken(deps.random)
    const wanted: WantedGrant = { id: deps.newId(), label, tokenDigest: tokenDigest(token.reveal()) }
    const asker: Asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim }
    let entry: LedgerCall | undefined
    const road = await deps.authorize(
      {
        asker,
        action: grantAction(label),
        reason: null,
        args: await grantArgs(wanted),
        patience: deps.patience,
        subjects: (connected) =>
          Promise.resolve({
            kind: 'ready',
            byBrowser: new Map(connected.map(({ fingerprint }) => [fingerprint, { kind: 'add-agent', label }])),
          }),
        asking: () => {
          entry = deps.calls.begin({ kind: asker.kind, label: asker.label }, grantAction(label))
        },
      },
      signal,
    )
    if (road.kind === 'refused') {
      entry?.refused(road.refusal.code)
      throw asError(road.refusal)
    }
    if (road.kind === 'allowed' || entry === undefined) throw new CountersignError('internal')
    const { prompt, signed } = road.approval
    try {
      const made = entry
      const file = writeTokenFile(deps, label, token)
      undoneBy(file, () =>
        deps.database.transaction(() => {
          deps.grants.keep(wanted, signed)
          made.done('grant', { grant: wanted.id, label })
        }),
      )
      deps.broker.end(prompt.id, 'done', `"${label}" may ask now.`)
      return { label, token }
    } catch (thrown) {
      const why = refusalOf(thrown)
      entry.refused(why.code)
      deps.broker.end(prompt.id, 'failed', toldToPerson(why))
      throw thrown
    }
  }

const tokenFolder = (stateFolder: string): string => join(stateFolder, 'agents')
const tokenFile = (stateFolder: string, label: string): string => join(tokenFolder(stateFolder), `${label}.token`)

/** When the grant goes, its token need not lie about. */
export const removeTokenFile = (stateFolder: string, label: string): void =>
  rmSync(tokenFile(stateFolder, label), { force: true })

const writeTokenFile = (
  { stateFolder, machine, newId }: AddAgentDeps,
  label: string,
  token: Secret<string>,
): string => {
  const folder = tokenFolder(stateFolder)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (thrown) {
    throw diskError(thrown, folder)
  }
  requirePrivate(folder, 'folder', machine)
  const file = tokenFile(stateFolder, label)
  writePrivate(file, `${token.reveal()}\n`, newId, machine)
  return file
}

const undoneBy = (file: string, act: () => void): void => {
  try {
    act()
  } catch (thrown) {
    rmSync(file, { force: true })
    throw thrown
  }
}
