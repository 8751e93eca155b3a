import { Secret } from '@countersign/shared/secret'
import type { OriginStorage } from '@countersign/shared/session/session'
import { z } from 'zod'
import type { SiteTab } from './choose-tab.ts'
import { within } from './within.ts'

/** Runs the function in the main frame of a tab, and gives what it returned. */
export type RunInTab = (tab: number, run: () => unknown) => Promise<unknown>

/** Milliseconds that a tab has: a page that hangs must not hold up the rest. */
const patience = 3_000

const entries = z.array(z.tuple([z.string(), z.string()]))
const pageStorage = z.object({ origin: z.string(), localStorage: entries, sessionStorage: entries })
const text = z.string()

/**
 * The web storage of each origin once, read in the first of its tabs (the chosen one comes first). `silent` are the origins whose
 * tab did not answer, or was elsewhere by then.
 */
export const readStorage = async (
  tabs: readonly SiteTab[],
  runInTab: RunInTab,
): Promise<{ origins: OriginStorage[]; silent: string[] }> => {
  // A tab that Chrome has put to sleep would be loaded anew by a script.
  const awake = tabs.filter(({ discarded }) => !discarded)
  const first = awake.filter(({ origin }, at) => awake.findIndex((other) => other.origin === origin) === at)
  const read = await Promise.all(
    first.map(async ({ id, origin }) => ({ origin, storage: await storageOf(id, origin, runInTab) })),
  )
  return {
    origins: read.flatMap(({ storage }) => (storage === undefined ? [] : [storage])),
    silent: read.filter(({ storage }) => storage === undefined).map(({ origin }) => origin),
  }
}

const storageOf = async (tab: number, origin: string, runInTab: RunInTab): Promise<OriginStorage | undefined> => {
  try {
    const found = pageStorage.parse(JSON.parse(text.parse(await within(patience, runInTab(tab, copyStorage)))))
    if (found.origin !== origin) return undefined
    return { origin, localStorage: sealed(found.localStorage), sessionStorage: sealed(found.sessionStorage) }
  } catch {
    return undefined
  }
}

/** Runs in the page's tab, apart from the page's own scripts, and may therefore use nothing from outside. */
const copyStorage = (): unknown => {
  // By index: a key named `length` or `key` can't be read as a property.
  const pairs = (storage: Storage) =>
    Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '').map((key) => [key, storage.getItem(key)])
  // As text: Chrome puts another character in the place of half a surrogate pair on its way here, which JSON writes as an escape.
  return JSON.stringify({
    origin: location.origin,
    localStorage: pairs(localStorage),
    sessionStorage: pairs(sessionStorage),
  })
}

const sealed = (pairs: z.output<typeof entries>) => pairs.map(([name, value]) => ({ name, value: new Secret(value) }))
