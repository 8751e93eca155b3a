/** Milliseconds. What leaves the vault for a while does not lie around for longer than a day, whoever says that a program still runs. */
export const longestCopy = 24 * 60 * 60_000
