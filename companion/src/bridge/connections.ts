import type { Connection } from './connection.ts'

/**
 * The connections that stand, by the browser's identity. There is one a browser, but for a key that was found in two places: then
 * each of them may connect, to hear of the alarm.
 */
export type Connections = {
  of(identity: string): readonly Connection[]
  all(): readonly Connection[]
  /** Until it is closed. */
  add(identity: string, connection: Connection): void
}

export const createConnections = (): Connections => {
  const byIdentity = new Map<string, readonly Connection[]>()
  const of = (identity: string) => byIdentity.get(identity) ?? []
  const remove = (identity: string, gone: Connection) => {
    const rest = of(identity).filter((other) => other !== gone)
    if (rest.length === 0) byIdentity.delete(identity)
    else byIdentity.set(identity, rest)
  }
  return {
    of,
    all: () => [...byIdentity.values()].flat(),
    add: (identity, connection) => {
      byIdentity.set(identity, [...of(identity), connection])
      void connection.closed.then(() => remove(identity, connection))
    },
  }
}
