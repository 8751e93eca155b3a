import { z } from 'zod'

/** A column of bytes. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
