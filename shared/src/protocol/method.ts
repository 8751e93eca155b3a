import type { z } from 'zod'

/** One thing that one end may ask of the other: its name on the wire, what goes in and what comes out. */
export type Method<P extends z.ZodType, R extends z.ZodType> = {
  readonly name: string
  readonly params: P
  readonly result: R
}

export const method = <P extends z.ZodType, R extends z.ZodType>(name: string, params: P, result: R): Method<P, R> => ({
  name,
  params,
  result,
})
