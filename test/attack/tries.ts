import { createChance, type Chance } from '../support/chance.ts'

/** One run of an attack. The same seed makes the same choices; keys and other programs' moments are new each time. */
export type Plan = {
  readonly seed: number
  /** How many of its units to throw: frames, or points of killing. */
  readonly count: number
  /** This try alone, to play again what a breach has named. */
  readonly only?: number | undefined
  report(tried: Tried): void
}

/** One try, when it came to the end that it should. */
export type Tried = {
  readonly kind: string
  readonly ending: string
  /** How many of the attack's units were in it. */
  readonly units: number
}

/** Something held that should not have, or did not hold. It names what it takes to play it again. */
export class Breach extends Error {
  override readonly name = 'Breach'
  readonly number: number

  constructor(seed: number, number: number, kind: string, cause: unknown) {
    super(`Try ${number} of seed ${seed} (${kind}): ${messageOf(cause)}`, { cause })
    this.number = number
  }
}

/** Throws, in these words, unless it holds. */
export function insist(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

/** Throws when this is none of the ways in which it may end. */
export function requireOneOf<T>(ending: T, allowed: readonly T[]): T {
  if (allowed.includes(ending)) return ending
  throw new Error(`It came to ${String(ending)}, and should have come to ${allowed.join(' or ')}.`)
}

/** Thrown in turn, so that a short run has met each kind, too. */
export type Kind<Lane> = {
  readonly name: string
  /** How many of the attack's units are in one try; one unless it says so. */
  readonly units?: number
  /** For what takes its time: played in each so many-th round only, and in the first. */
  readonly every?: number
  /** How it ended. Throws when that was not as it should be. */
  play(chance: Chance, lane: Lane): Promise<string>
}

/**
 * Plays the kinds in turn until the plan's count is reached, one try at a time in each lane: a lane has what only one of
 * them can use at once. The first breach ends it.
 */
export async function playKinds<Lane>(
  { seed, count, only, report }: Plan,
  kinds: readonly Kind<Lane>[],
  lanes: readonly Lane[],
): Promise<void> {
  let units = 0
  let next = only ?? 0
  let breach: Breach | undefined

  const usual = kinds.filter(({ every }) => every === undefined)
  const kindOf = (number: number): Kind<Lane> | undefined => {
    const kind = kinds[number % kinds.length]
    const isDue = Math.floor(number / kinds.length) % (kind?.every ?? 1) === 0
    return isDue ? kind : usual[number % usual.length]
  }

  const play = async (number: number, lane: Lane): Promise<void> => {
    const kind = kindOf(number)
    if (kind === undefined) throw new Error('An attack needs a kind that is played in each round.')
    units += kind.units ?? 1
    try {
      const ending = await kind.play(createChance(seed, number), lane)
      report({ kind: kind.name, ending, units: kind.units ?? 1 })
    } catch (error) {
      breach ??= new Breach(seed, number, kind.name, error)
    }
  }

  const goesOn = (): boolean => breach === undefined && units < count
  if (only !== undefined) await Promise.all(lanes.slice(0, 1).map((lane) => play(only, lane)))
  else {
    await Promise.all(
      lanes.map(async (lane) => {
        while (goesOn()) await play(next++, lane)
      }),
    )
  }
  if (breach !== undefined) throw breach
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
