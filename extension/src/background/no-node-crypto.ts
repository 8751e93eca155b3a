// Stands where a library would import Node's own crypto. Here `globalThis.crypto` is there, so it is never asked for.
export const webcrypto = undefined
