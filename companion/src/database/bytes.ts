import { z } from 'zod'

/** A column of bytes. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/**
 * A column of text that somebody may have meddled with, where what is left of it is to be named: the driver ends the process over
 * text that is no UTF-8, so it is read as bytes. `asBytes` is its place in the `select`.
 */
export const meddledText = bytes.transform((found) => decoder.decode(found))
export const asBytes = (column: string): string => `cast(${column} as blob) as ${column}`

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
