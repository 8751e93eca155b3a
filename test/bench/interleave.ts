/** One of those that are compared: how a sample of it is taken, and all that were. */
export type Side<T> = {
  readonly samples: readonly T[]
  /** Takes one; it is kept unless it only warms up. */
  run(keep: boolean): Promise<void>
}

export function side<T>(take: () => Promise<T>): Side<T> {
  const samples: T[] = []
  return {
    samples,
    async run(keep) {
      const sample = await take()
      if (keep) samples.push(sample)
    },
  }
}

/**
 * A B C, C B A, A B C and so on, so that all of them meet the same machine, whatever else it does meanwhile, and none always comes
 * after the same neighbour.
 */
export async function interleave(
  rounds: number,
  sides: readonly Side<unknown>[],
  { warmUps = 2 }: { warmUps?: number } = {},
): Promise<void> {
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const each of inTurn(round, sides)) await each.run(round >= 0)
  }
}

export function inTurn<T>(round: number, sides: readonly T[]): readonly T[] {
  return round % 2 === 0 ? sides : sides.toReversed()
}
