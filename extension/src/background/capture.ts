import {
  type CaptureIdentity,
  type CaptureOutline,
  type DescribeOutcome,
  sameIdentity,
  type TakeOutcome,
} from '@countersign/shared/session/capture'
import { type Session, sessionDigest, sessionLimit } from '@countersign/shared/session/session'
import { accountOf, isSiteCookie, judgeSignIn, site } from '@countersign/shared/session/site'
import { summarize } from '@countersign/shared/session/summary'
import { type SiteTab, siteTabs, type TabFacts } from './choose-tab.ts'
import { fitStorage } from './fit-storage.ts'
import { type BrowserCookie, mapCookie } from './map-cookie.ts'
import { readStorage, type RunInTab } from './read-storage.ts'
import { within } from './within.ts'

/** The browser, as far as a capture reads it. */
export type CaptureSource = {
  tabs(): Promise<readonly TabFacts[]>
  lastFocusedWindow(): Promise<number | undefined>
  /** Every cookie store of this profile, and the tabs that use it. */
  stores(): Promise<readonly { readonly id: string; readonly tabIds: readonly number[] }[]>
  /** All of a registrable domain, partitioned ones included. */
  cookies(store: string, domain: string): Promise<readonly BrowserCookie[]>
  readonly runInTab: RunInTab
  readonly userAgent: string
  readonly languages: readonly string[]
  readonly timeZone: string
  now(): number
}

type Captured =
  | { readonly kind: 'captured'; readonly session: Session; readonly outline: CaptureOutline }
  | Exclude<DescribeOutcome, { kind: 'ready' }>

export type Capture = {
  /** What a save would take now, without a value. */
  describe(): Promise<DescribeOutcome>
  /** The whole. Who calls this answers for the person's yes. */
  capture(): Promise<Captured>
  /** The whole, if it still is what the person was shown. */
  take(expect: CaptureIdentity): Promise<TakeOutcome>
}

/** Milliseconds for all of it. */
const deadline = 10_000

/** Characters. A page may have an address of megabytes, and cookies with names of kilobytes: many questions have to fit into one frame. */
const longestPath = 300
const longestName = 100

export const createCapture = (source: CaptureSource): Capture => {
  const capture = async (): Promise<Captured> => {
    try {
      return await within(deadline, read(source))
    } catch {
      // What was thrown may hold what was read: it goes no further.
      return { kind: 'failed', code: 'capture_failed' }
    }
  }
  return {
    capture,
    async describe() {
      const captured = await capture()
      return captured.kind === 'captured' ? { kind: 'ready', outline: captured.outline } : captured
    },
    async take(expect) {
      const captured = await capture()
      if (captured.kind !== 'captured') return captured
      if (!sameIdentity(captured.outline.identity, expect)) return { kind: 'changed' }
      return { kind: 'taken', session: captured.session, digest: await sessionDigest(captured.session) }
    },
  }
}

const read = async (source: CaptureSource): Promise<Captured> => {
  const [all, stores, window] = await Promise.all([source.tabs(), source.stores(), source.lastFocusedWindow()])
  const [chosen, ...others] = siteTabs(all, window)
  const store = chosen === undefined ? undefined : stores.find(({ tabIds }) => tabIds.includes(chosen.id))
  if (chosen === undefined || store === undefined) return { kind: 'no-tab' }

  const cookies = (await source.cookies(store.id, site.domain)).map(mapCookie).filter(isSiteCookie)
  const { verdict, why } = judgeSignIn(cookies, chosen.url)
  if (verdict === 'signed-out') return { kind: 'signed-out', origin: chosen.origin }

  const sameStore = [chosen, ...others.filter(({ id }) => store.tabIds.includes(id))]
  const { origins, silent } = await readStorage(sameStore, source.runInTab)
  const session = fitStorage(
    {
      format: 1,
      site: site.id,
      account: accountOf(cookies),
      signIn: verdict,
      capturedAt: new Date(source.now()).toISOString(),
      userAgent: source.userAgent,
      languages: [...source.languages],
      timeZone: source.timeZone,
      cookies,
      origins,
      // Nobody knows how much there is in a tab that did not answer.
      leftOut: silent.map((origin) => ({ origin, bytes: 0 })),
    },
    sessionLimit,
  )
  if (session === undefined) return { kind: 'failed', code: 'capture_too_large' }
  return { kind: 'captured', session, outline: outlineOf(session, chosen, store.id, why) }
}

const outlineOf = (session: Session, tab: SiteTab, store: string, why: string): CaptureOutline => {
  const { account, signIn, cookies, cookieNames, origins, leftOut } = summarize(session)
  return {
    identity: { account, signIn, store, origin: tab.origin },
    tab: { id: tab.id, origin: tab.origin, path: cut(new URL(tab.url).pathname, longestPath) },
    why,
    cookies,
    cookieNames: [...new Set(cookieNames.map((name) => cut(name, longestName)))],
    storage: origins,
    leftOut,
  }
}

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text)
