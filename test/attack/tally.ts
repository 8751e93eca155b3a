import type { Tried } from './tries.ts'

/** What was tried, how often, and how it ended. */
export type Tally = {
  report(tried: Tried): void
  /** How many units so far. */
  units(): number
  /** How many tries ended in words that have these in them. */
  ended(words: string): number
  /** One line for each kind of try, in columns. */
  lines(): readonly string[]
}

export function createTally(): Tally {
  const kinds = new Map<string, Map<string, number>>()
  const counts = new Map<string, number>()
  let units = 0
  return {
    report({ kind, ending, units: more }) {
      units += more
      counts.set(kind, (counts.get(kind) ?? 0) + more)
      const endings = kinds.get(kind) ?? new Map<string, number>()
      kinds.set(kind, endings.set(ending, (endings.get(ending) ?? 0) + 1))
    },
    units: () => units,
    ended: (words) =>
      [...kinds.values()]
        .flatMap((endings) => [...endings])
        .reduce((sum, [ending, count]) => sum + (ending.includes(words) ? count : 0), 0),
    lines: () =>
      [...kinds]
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([kind, endings]) => `${kind.padEnd(56)} ${number(counts.get(kind) ?? 0).padStart(8)}   ${told(endings)}`),
  }
}

/** `12,345` */
export const number = (count: number): string => count.toLocaleString('en-US')

/** The most frequent first; with their numbers when there is more than one. */
function told(endings: ReadonlyMap<string, number>): string {
  const all = [...endings].toSorted(([, one], [, other]) => other - one)
  return all.map(([ending, count]) => (all.length === 1 ? ending : `${ending} (${number(count)})`)).join(', ')
}
