import { canonicalJson } from '@countersign/shared/canonical'
import type { Overview } from '@countersign/shared/protocol/overview'
import type { Observation } from '@countersign/shared/session/observation'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import { isAccountCookie, isProofCookie, unknownAccount } from '@countersign/shared/session/site'
import type { SignInNow } from './sign-in-now.ts'

/** What a look found: what the companion is told of it, and the digest of the proof, under the salt of the account's mark. */
export type Found = {
  readonly observation: Observation
  readonly proof: { readonly salt: string; readonly digest: string } | null
}

/**
 * Watches this browser's sign-in, and tells the companion how it stands to what was saved. What it knows is lost with the worker, and
 * found anew by the next one.
 */
export type SignInWatch = {
  /** For `cookies.onChanged`. A page load changes dozens; few of them are about the sign-in, and those are looked at once. */
  cookieChanged(cookie: { readonly name: string; readonly httpOnly: boolean }): void
  /** The companion has told of its saved sessions. Looks, where there is something to compare that was not compared yet. */
  told(overview: Overview): void
  /** Looks, and says what is new. */
  look(): Promise<void>
  /** Looks, and says nothing. Undefined where there is nothing to compare with. */
  find(): Promise<Found | undefined>
  /** Whether the companion has heard on this connection how it stands. */
  hasSaid(): boolean
  /** On the next connection all is said anew. */
  lost(): void
}

/** Milliseconds without a change after which a bundle of them is over, and the longest that one may take. */
const quiet = 250
const longest = 2_000
/** Milliseconds after which a tab on a sign-in page is looked at again: it may leave that page without a change of cookies. */
const again = 2_000

export const createSignInWatch = (deps: {
  read(): Promise<SignInNow>
  /** As the companion told it last; null while it has not. */
  overview(): Promise<Overview | null>
  /** Rejects where it did not arrive. */
  observe(observation: Observation): Promise<unknown>
  found(found: Found): Promise<void>
  now(): number
}): SignInWatch => {
  let said: string | undefined
  let compared = ''
  let connection = 0
  let looking: Promise<void> | undefined
  let due = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let since: number | undefined

  const find = async (): Promise<Found | undefined> => {
    const told = await deps.overview()
    if (told === null) return undefined
    const { signIn, account, cookies } = await deps.read()
    const mark = told.accounts.find(({ id }) => id === account)?.mark ?? null
    if (signIn !== 'signed-in' || mark === null) return { observation: { signIn, account, proof: null }, proof: null }
    const proof = { salt: mark.salt, digest: await signInDigest(mark.salt, cookies) }
    const observation = { signIn, account, proof: proof.digest === mark.digest ? 'same' : 'rotated' } as const
    return { observation, proof }
  }

  const lookOnce = async (): Promise<void> => {
    const here = connection
    const marks = marksOf(await deps.overview())
    const found = await find()
    if (found === undefined) return
    // Against another mark the same words say another thing.
    const words = canonicalJson({ ...found.observation, marks })
    if (words !== said) {
      await deps.observe(found.observation)
      // What was lost meanwhile has heard nothing.
      if (here === connection) said = words
    }
    compared = marks
    await deps.found(found)
    const { signIn, account } = found.observation
    if (signIn === 'uncertain' && account !== unknownAccount) wait(again)
  }

  const look = (): Promise<void> => {
    due = true
    looking ??= (async () => {
      while (due) {
        due = false
        // Such as a companion that is not there: it is told when it is back.
        await lookOnce().catch(() => undefined)
      }
    })().finally(() => {
      looking = undefined
    })
    return looking
  }

  const wait = (pause: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      since = undefined
      void look()
    }, pause)
  }

  return {
    cookieChanged(cookie) {
      if (!isProofCookie(cookie) && !isAccountCookie(cookie)) return
      since ??= deps.now()
      wait(Math.max(0, Math.min(quiet, since + longest - deps.now())))
    },
    told(overview) {
      if (said === undefined || marksOf(overview) !== compared) void look()
    },
    look,
    find,
    hasSaid: () => said !== undefined,
    lost() {
      connection += 1
      said = undefined
    },
  }
}

const marksOf = (overview: Overview | null): string =>
  canonicalJson((overview?.accounts ?? []).map(({ id, version, mark }) => ({ id, version, mark })))
