import type { Stored } from './stored.ts'

/** The id of this browser's session: the same until the browser closes, whatever becomes of the worker and of connections. */
export const sessionId = async (stored: Pick<Stored, 'sessionId'>): Promise<string> => {
  const made = crypto.randomUUID()
  return (await stored.sessionId.update((known) => known ?? made)) ?? made
}
