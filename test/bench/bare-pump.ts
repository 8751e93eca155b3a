import { fileURLToPath } from 'node:url'

/** The program that a relay can't be faster than. */
export const barePump = fileURLToPath(new URL('pump.mjs', import.meta.url))
