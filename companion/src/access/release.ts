import { isDeepStrictEqual } from 'node:util'
import type { WayOut } from '@countersign/shared/approval/prompt'
import { digest } from '@countersign/shared/canonical'
import { CountersignError } from '@countersign/shared/errors'
import type { LedgerDetails } from '@countersign/shared/ledger/row'
import type { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'
import type { Claim } from '../control/messages.ts'
import { findFormat } from '../exporters/formats.ts'
import { narrow, type Narrowing } from '../exporters/narrow.ts'
import { releaseTool } from '../policy/release-rules.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import { asError } from './as-error.ts'
import { reasonOf } from './authorize.ts'
import type { TerminalAct } from './terminal-act.ts'

/** Which session, how much of it, and as what. */
export type ReleaseWish = Narrowing & {
  readonly format: string
  /** Whose; the one saved last where it is not told. */
  readonly account?: string | undefined
  /** The address that a Cookie header is for. */
  readonly url?: string | undefined
}

/** What every way out tells of what went out. */
export type Receipt = {
  readonly account: string
  readonly format: string
  readonly version: number
  readonly cookies: number
  readonly origins: number
  readonly savedAt: string
  /** What she left out, by name. */
  readonly leftOut: readonly string[]
  /** What the format can't hold or holds otherwise, in sentences. */
  readonly notes: readonly string[]
  readonly ledgerEntry: number
}

/** One way out: a place, and how a session gets there. */
export type Exit<T, W extends WayOut = WayOut> = {
  /** As the prompt and the ledger name it. */
  readonly action: 'export' | 'lease' | 'exec'
  /** Looks at the place: once before she is asked, and once more before anything goes there. Throws a coded error. */
  look(): Place<W>
  /** After her yes. Nothing may lie there without `entered`, which is durable when it returns. */
  deliver(out: Outgoing, way: W): { readonly result: T; readonly told: string }
}

/** Where a session would go, and what she should know of that place. */
export type Place<W extends WayOut> = { readonly way: W; readonly warnings: readonly string[] }

export type Outgoing = {
  readonly saved: Saved
  readonly text: Secret<string>
  /** What the policy looked at: one that comes into force may forbid it. */
  readonly args: Readonly<Record<string, unknown>>
  /** Another version of the same account's session, narrowed and written in the same way. */
  again(session: Session): Secret<string>
  /** The row in the ledger; once. @param details beside the counts */
  entered(details: LedgerDetails): Receipt
}

/** The one door out of the vault: each way out goes through it, after the policy (as the tool `export`) and her yes. */
export type Release = {
  /** Throws a CountersignError. */
  letOut<T, W extends WayOut>(wish: ReleaseWish, exit: Exit<T, W>, claim: Claim, signal: AbortSignal): Promise<T>
}

export const createRelease = (deps: {
  readonly act: TerminalAct
  readonly vault: Pick<Vault, 'latest' | 'open'>
}): Release => {
  const { vault } = deps

  return {
    letOut: async (wish, exit, claim, signal) => {
      const format = findFormat(wish.format)
      const options = await format.options({ url: wish.url })
      const url = options.address?.url.href
      const wished = argsOf(url === undefined ? wish : { ...wish, url })
      const saved = vault.latest(wish.account)
      if (saved === undefined) throw new CountersignError('no_such_session')
      const place = exit.look()
      const make = (session: Session) => {
        const { kept, leftOut, notes } = narrow(session, wish)
        const written = format.write(kept, options)
        return { ...written, leftOut, notes: [...notes, ...written.notes] }
      }
      const shown = make(vault.open(saved.id))
      const { account, accountName, version, savedAt } = saved
      const policyArgs = { ...wished, account, ...argsOfWay(place.way) }
      return deps.act(
        {
          action: exit.action,
          policy: { tool: releaseTool, args: policyArgs },
          args: await digest({ ...wished, session: saved.id, way: place.way }),
          subject: {
            kind: 'release',
            way: place.way,
            format: format.name,
            url: url ?? null,
            account,
            accountName,
            saved: { savedAt, version },
            cookies: shown.cookies,
            origins: shown.origins,
            leftOut: shown.leftOut.length,
            warnings: [...place.warnings],
          },
          act: (_, entry) => {
            if (signal.aborted) throw asError(reasonOf(signal))
            // A link may have been turned while she was asked, or a file have come to lie there.
            if (!isDeepStrictEqual(exit.look(), place)) throw new CountersignError('approval_changed')
            // Opened anew: it may have been erased meanwhile.
            const { text, notes, leftOut, cookies, origins } = make(vault.open(saved.id))
            const counts = { cookies, origins }
            return exit.deliver(
              {
                saved,
                text,
                args: policyArgs,
                again: (session) => make(session).text,
                entered: (details) => {
                  const told = { format: format.name, version, ...counts, leftOut: leftOut.length, ...details }
                  const ledgerEntry = entry.done('release', told)
                  return { account, format: format.name, version, ...counts, savedAt, leftOut, notes, ledgerEntry }
                },
              },
              place.way,
            )
          },
        },
        claim,
        signal,
      )
    },
  }
}

/** What a rule of hers may look at: `args.way` is `file`, `stdout`, `lease` or `launch`. */
const argsOfWay = (way: WayOut): Readonly<Record<string, unknown>> => {
  if (way.kind === 'file') return { way: way.kind, destination: way.path }
  if (way.kind === 'lease') return { way: way.kind, destination: way.path, until: way.until }
  return way.kind === 'launch' ? { way: way.kind, command: way.command } : { way: way.kind }
}

/** What was asked for, as far as it was told. */
const argsOf = ({ format, url, only, except = [] }: ReleaseWish) => ({
  format,
  ...(url === undefined ? {} : { url }),
  ...(only === undefined ? {} : { only }),
  ...(except.length === 0 ? {} : { except: [...except] }),
})
