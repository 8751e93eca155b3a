/** One question of the benchmarks, answered by running built programs. */
export type Measure = {
  /** As it is given on the command line. */
  readonly name: string
  readonly title: string
  take(run: Run): Promise<Taken>
}

export type Run = {
  /** How often, of this many times in a full run; fewer in a quick one. */
  rounds(full: number): number
  readonly quick: boolean
}

export type Taken = {
  /** How it was taken, for whoever doubts a number: sentences, each a line. */
  readonly how: readonly string[]
  readonly rows: readonly Row[]
}

export type Unit = 'µs' | 'ms' | 'MiB' | 'bytes' | 'times'

export type Row = {
  readonly what: string
  readonly unit: Unit
  readonly samples: readonly number[]
  /** The row of the same measure that this one is held against, by its `what`: the medians' ratio is told. */
  readonly against?: string
  readonly aim?: Aim
}

/** What we set out to reach, for the median or for the ratio. */
export type Aim = { readonly of: 'median' | 'ratio'; readonly atMost: number }
