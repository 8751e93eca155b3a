/** Raised when either end could no longer understand the other. */
export const protocolVersion = 4
