import { rmSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Subject } from '@countersign/shared/approval/prompt'
import { digest } from '@countersign/shared/canonical'
import { CountersignError } from '@countersign/shared/errors'
import type { Claim } from '../control/messages.ts'
import { findFormat } from '../exporters/format.ts'
import { gitWorkTree } from '../exporters/git-work-tree.ts'
import type { Machine } from '../machine.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import { asError } from './as-error.ts'
import { reasonOf } from './authorize.ts'
import type { LedgerCall } from './ledger-call.ts'
import type { TerminalAct } from './terminal-act.ts'
import type { UnfinishedFiles } from './unfinished-files.ts'
import { requireReplaceable, truePlace, writePrivate } from './write-private.ts'

export type ExportWish = { readonly format: string; readonly out: string; readonly account?: string | undefined }
export type Exported = {
  readonly path: string
  readonly account: string
  readonly format: string
  readonly version: number
  readonly cookies: number
  readonly origins: number
  readonly savedAt: string
  readonly notes: readonly string[]
  readonly ledgerEntry: number
}

/** The one door out of the vault. */
export type Release = {
  /** Writes the newest session to a file, once the person has approved that place. Throws a CountersignError. */
  export(wish: ExportWish, claim: Claim, signal: AbortSignal): Promise<Exported>
}

export const createRelease = (deps: {
  readonly act: TerminalAct
  readonly vault: Pick<Vault, 'latest' | 'open'>
  readonly machine: Machine
  /** Where no session may ever be written. */
  readonly stateFolder: string
  readonly unfinished: Pick<UnfinishedFiles, 'around'>
  /** A fresh name for the file that is written first. */
  newName(): string
}): Release => {
  const { vault, machine } = deps

  const placeFor = (out: string): Place => {
    const path = truePlace(resolve(out))
    if (path === deps.stateFolder || path.startsWith(deps.stateFolder + sep)) {
      throw new CountersignError('file_unsafe', { message: `${path} is among Countersign's own files.` })
    }
    const warnings: string[] = []
    if (requireReplaceable(path, machine)) warnings.push('A file is there already, and will be replaced.')
    const tree = gitWorkTree(path)
    if (tree !== undefined) warnings.push(`This lies in the git work tree ${tree}: take care not to commit it.`)
    return { path, warnings }
  }

  const write = (saved: Saved, shown: Place, wish: ExportWish, entry: LedgerCall): Exported => {
    // A link may have been turned while she was asked, or a file have come to lie there.
    if (!isDeepStrictEqual(placeFor(wish.out), shown)) throw new CountersignError('approval_changed')
    const { path } = shown
    const { text, notes } = findFormat(wish.format).write(vault.open(saved.id))
    writePrivate(path, text.reveal(), deps.newName, machine, deps.unfinished.around)
    const { account, version, savedAt, summary } = saved
    const counts = { cookies: summary.cookies, origins: summary.origins.length }
    const details = { format: wish.format, destination: path.slice(0, 1000), version, ...counts }
    const ledgerEntry = undoneBy(path, () => entry.done('release', details))
    return { path, account, format: wish.format, version, ...counts, savedAt, notes, ledgerEntry }
  }

  return {
    export: async (wish, claim, signal) => {
      findFormat(wish.format)
      const saved = vault.latest(wish.account)
      if (saved === undefined) throw new CountersignError('no_such_session')
      const place = placeFor(wish.out)
      const { path, warnings } = place
      return deps.act(
        {
          action: 'export',
          args: await digest({ format: wish.format, destination: path, session: saved.id }),
          subject: exportSubject(saved, wish.format, path, warnings),
          act: (_, entry) => {
            if (signal.aborted) throw asError(reasonOf(signal))
            const result = write(saved, place, wish, entry)
            return { result, told: `Wrote ${result.path}. Any program of yours can read that file.` }
          },
        },
        claim,
        signal,
      )
    },
  }
}

/** Where a file would come to lie, and what she should know of that place. */
type Place = { readonly path: string; readonly warnings: readonly string[] }

/** No file without its row in the ledger. */
const undoneBy = <T>(file: string, act: () => T): T => {
  try {
    return act()
  } catch (thrown) {
    rmSync(file, { force: true })
    throw thrown
  }
}

const exportSubject = (saved: Saved, format: string, destination: string, warnings: readonly string[]): Subject => ({
  kind: 'export',
  format,
  destination,
  account: saved.account,
  accountName: saved.accountName,
  saved: { savedAt: saved.savedAt, version: saved.version },
  cookies: saved.summary.cookies,
  origins: saved.summary.origins.length,
  warnings: [...warnings],
})
