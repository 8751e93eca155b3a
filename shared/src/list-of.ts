import { z } from 'zod'

/**
 * `z.array` for lists from outside: it looks no further than to the first entry that is wrong. zod itself notes each fault
 * of each entry, at about a kilobyte apiece, and a message of four megabytes has room for millions of them.
 */
export const listOf = <T extends z.ZodType>(entry: T) =>
  z
    .array(z.custom<z.input<T>>())
    .refine((list) => list.every((each) => entry.safeParse(each).success), {
      message: 'One of its entries is wrong.',
    })
    .pipe(z.array(entry))
