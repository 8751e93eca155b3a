import type { Observation, Observed, SignInMark } from '@countersign/shared/session/observation'
import type { Browsers, ConnectedBrowser } from '../bridge/browsers.ts'
import type { Random } from '../random.ts'
import type { Saved, Vault } from '../vault/vault.ts'
import { createMarks } from './marks.ts'
import { type Heard, observedOf } from './observed-of.ts'

/**
 * How the saved sessions stand to what the browsers hold now. In memory alone: a browser tells anew with each connection. What it told
 * last counts while it is away, and goes with its pairing.
 */
export type Observations = {
  heard(from: Pick<ConnectedBrowser, 'fingerprint'>, observation: Observation): void
  /** Of the newest record of an account. */
  observed(newest: Pick<Saved, 'id' | 'account'>): Observed | null
  /** By which a browser finds out. */
  mark(newest: Pick<Saved, 'id' | 'account'>): SignInMark | null
  onChange(listener: () => void): () => void
}

export const createObservations = (deps: {
  readonly vault: Pick<Vault, 'latest' | 'open'>
  readonly browsers: Pick<Browsers, 'paired' | 'onChange'>
  readonly random: Random
  onFault(thrown: unknown): void
}): Observations => {
  const { vault, browsers } = deps
  const byBrowser = new Map<string, Heard>()
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const mark = createMarks({
    open: vault.open,
    salt: Buffer.from(deps.random(32)).toString('hex'),
    made: changed,
    onFault: deps.onFault,
  })
  browsers.onChange(() => {
    const paired = new Set(browsers.paired().map(({ fingerprint }) => fingerprint))
    for (const browser of byBrowser.keys()) if (!paired.has(browser)) byBrowser.delete(browser)
  })

  return {
    heard({ fingerprint }, observation) {
      // Of the record that is the newest now: a word on one before it says nothing of this one.
      byBrowser.set(fingerprint, { observation, record: vault.latest(observation.account)?.id ?? null })
      changed()
    },
    observed: ({ id, account }) => observedOf({ account, record: id }, [...byBrowser.values()]),
    mark,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
