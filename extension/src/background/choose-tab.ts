import { isSiteUrl } from '@countersign/shared/session/site'

/** What matters of a tab for choosing it; `tabs.Tab` fits. */
export type TabFacts = {
  readonly id?: number | undefined
  readonly url?: string | undefined
  readonly windowId?: number | undefined
  readonly active: boolean
  readonly incognito: boolean
  readonly discarded?: boolean | undefined
  /** Milliseconds since 1970. */
  readonly lastAccessed?: number | undefined
}

export type SiteTab = {
  readonly id: number
  readonly url: string
  readonly origin: string
  readonly discarded: boolean
}

/**
 * The site's tabs of this profile, the one that a capture is of first: the tab that she looks at if it is the site's, else the
 * one she looked at last.
 */
export const siteTabs = (tabs: readonly TabFacts[], lastFocusedWindow: number | undefined): readonly SiteTab[] => {
  const inFront = (tab: TabFacts): boolean => tab.active && tab.windowId === lastFocusedWindow
  return tabs
    .filter((tab) => !tab.incognito)
    .toSorted((a, b) => Number(inFront(b)) - Number(inFront(a)) || (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0))
    .flatMap(({ id, url, discarded = false }) =>
      id !== undefined && url !== undefined && isSiteUrl(url)
        ? [{ id, url, origin: new URL(url).origin, discarded }]
        : [],
    )
}
