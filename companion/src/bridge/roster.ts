import type { Browsers, ConnectedBrowser } from './browsers.ts'
import type { Pins } from './pins.ts'

/** The browsers that count, as the rest of the companion sees them, and the bridge's way to change the lists. */
export type Roster = Browsers & {
  connect(browser: ConnectedBrowser): void
  disconnect(browser: ConnectedBrowser): void
  /** After a change of the pins. */
  changed(): void
}

export const createRoster = (pins: Pick<Pins, 'all'>): Roster => {
  const connected = new Set<ConnectedBrowser>()
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  return {
    paired: () =>
      pins
        .all()
        .filter(({ standing }) => standing === 'paired')
        .map(({ fingerprint, label, signingKey, pairedAt }) => ({ fingerprint, label, signingKey, pairedAt })),
    connected: () => [...connected],
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connect(browser) {
      connected.add(browser)
      changed()
    },
    disconnect(browser) {
      if (connected.delete(browser)) changed()
    },
    changed,
  }
}
