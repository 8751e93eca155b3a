import { CountersignError } from '@countersign/shared/errors'
import type { z } from 'zod'
import type { SealedItems } from './sealed-items.ts'
import type { Bound } from './sealing.ts'

/** Seals a value as JSON. May stand within a transaction of the caller's. */
export const putJson = (items: Pick<SealedItems, 'put'>, name: string, value: unknown, bound?: Bound): void =>
  items.put(name, new TextEncoder().encode(JSON.stringify(value)), bound)

/** Undefined when there is none; throws `database_damaged` when it does not open, and when what it says is of another shape. */
export const getJson = <T>(
  items: Pick<SealedItems, 'get'>,
  name: string,
  shape: z.ZodType<T>,
  bound?: Bound,
): T | undefined => {
  const bytes = items.get(name, bound)
  if (bytes === undefined) return undefined
  try {
    return shape.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    // Without the cause: a parser's complaint may quote what it read.
    throw new CountersignError('database_damaged', {
      message: `What is sealed as "${name}" is not what belongs there.`,
    })
  }
}
