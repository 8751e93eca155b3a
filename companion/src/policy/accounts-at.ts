import type { ConnectedBrowser } from '../bridge/browsers.ts'
import type { Time } from '../time.ts'
import type { Vault } from '../vault/vault.ts'

export type NamedAccount = { readonly id: string; readonly name: string | null }

/** Milliseconds that a browser's tab may take to say whose it is. */
const patience = 3000

/** Whose sessions there are: those that are saved, and the one that is signed in where this browser stands. Never throws. */
export const createAccountsAt =
  ({ vault, time }: { readonly vault: Pick<Vault, 'accounts' | 'accountName'>; readonly time: Pick<Time, 'after'> }) =>
  async (browser: ConnectedBrowser): Promise<readonly NamedAccount[]> => {
    const here = await signedInAt(browser, time)
    const saved = quietly(() => vault.accounts(), []).map(({ account, accountName }) => ({
      id: account,
      name: accountName,
    }))
    if (here === undefined || saved.some(({ id }) => id === here)) return saved
    return [...saved, { id: here, name: quietly(() => vault.accountName(here), null) }]
  }

const signedInAt = async (browser: ConnectedBrowser, time: Pick<Time, 'after'>): Promise<string | undefined> => {
  const ends = new AbortController()
  const stop = time.after(patience, () => ends.abort())
  const late = new Promise<undefined>((resolve) => ends.signal.addEventListener('abort', () => resolve(undefined)))
  try {
    const found = await Promise.race([browser.describe(ends.signal), late])
    if (found?.kind !== 'ready') return undefined
    const { account, signIn } = found.outline.identity
    // Of one that is uncertain she is asked each time, whatever the policy says.
    return signIn === 'signed-in' ? account : undefined
  } catch {
    return undefined
  } finally {
    stop()
  }
}

/** What is damaged in the vault is told elsewhere. */
const quietly = <T>(look: () => T, otherwise: T): T => {
  try {
    return look()
  } catch {
    return otherwise
  }
}
