/** Every number of the channel. The peer sees all of them but the backlog, so a change here is a new version. */
export const VERSION = 1

/** WebSocket close codes: one for every refusal, whatever its reason, and one for an orderly end. */
export const REFUSED = 4001
export const DONE = 1000

/** From the first call to the fourth message. */
export const HANDSHAKE_MS = 3_000
/** Before the handshake is over, a companion keeps no more than this for a peer that it doesn't know. */
export const HANDSHAKE_BYTES = 4 * 1024

export const MAX_FRAME_BYTES = 4 * 1024 * 1024
/** Opened or not, what waits to be delivered. */
export const MAX_BACKLOG_BYTES = 2 * MAX_FRAME_BYTES
export const MAX_BACKLOG_RECORDS = 1_024

/** One set of keys lives for so many records each way, or so long. */
export const MAX_RECORDS = 2 ** 20
export const MAX_AGE_MS = 24 * 60 * 60 * 1000
