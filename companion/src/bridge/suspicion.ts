import type { Alarms } from '../access/alarms.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { Pin, Pins } from './pins.ts'

/**
 * A browser's key in two places at once: the profile was copied, and nobody can tell which of the two is hers. Both are cut, and the
 * key counts for nothing until she has looked. Meanwhile each may connect, to hear of that.
 */
export type Suspicion = {
  /** Makes room for a new connection of this identity; false when it is not to be let in now. */
  lets(identity: string): Promise<boolean>
  falls(pin: Pick<Pin, 'fingerprint'>): boolean
  close(): void
}

/** Milliseconds that an older connection of the same browser has to show that it is alive. */
const proofOfLife = 2_000
/** How many of one key may wait for her look. */
const mostSuspects = 4

export const createSuspicion = ({
  alarms,
  connections,
  pins,
}: {
  readonly alarms: Pick<Alarms, 'list' | 'raise' | 'onChange'>
  readonly connections: Connections
  readonly pins: Pick<Pins, 'all' | 'find'>
}): Suspicion => {
  const falls = ({ fingerprint }: Pick<Pin, 'fingerprint'>) =>
    alarms.list().some(({ alarm, about }) => alarm === 'browser_doubled' && about === fingerprint)

  const raise = ({ label, fingerprint }: Pin) => {
    const text = `The key of ${label} (${fingerprint}) was in use in two places at once; one of them may be a copy of its profile. It may approve nothing until you have looked. If you know of no copy, unpair it.`
    try {
      alarms.raise({ alarm: 'browser_doubled', about: fingerprint, text })
    } catch {
      // The disk does not take it. It stands all the same while we run, and both have to be cut.
    }
  }
  /** Those that answer; the others are closed. */
  const alive = async (all: readonly Connection[]): Promise<readonly Connection[]> => {
    const answers = await Promise.all(all.map((connection) => connection.answers(proofOfLife)))
    for (const [at, connection] of all.entries()) if (answers[at] === false) void connection.close()
    return all.filter((_, at) => answers[at] === true)
  }

  /** She has looked. When more than one is still there, nothing has changed. */
  const reconsider = async (pin: Pin): Promise<void> => {
    const there = await alive(connections.of(pin.identity))
    if (there.length > 1) raise(pin)
    else for (const connection of there) connection.cleared()
  }
  let suspects = pins.all().filter(falls)
  const stop = alarms.onChange(() => {
    const before = suspects
    suspects = pins.all().filter(falls)
    for (const pin of before) if (pins.find(pin.identity) !== undefined && !falls(pin)) void reconsider(pin)
  })

  return {
    falls,
    lets: async (identity) => {
      const older = connections.of(identity)
      const pin = pins.find(identity)
      if (older.length === 0 || pin === undefined) return true
      if (falls(pin)) {
        const [oldest] = older
        if (older.length >= mostSuspects) void oldest?.close()
        return true
      }
      const there = await alive(older)
      if (there.length === 0) return true
      const closed = there.map((connection) => connection.close())
      // A key that is not paired yet can do nothing, and needs no alarm.
      if (pin.standing === 'paired') raise(pin)
      await Promise.all(closed)
      return false
    },
    close: stop,
  }
}
