/** What the process itself tells of. `process` fits. */
export type ProcessEvents = {
  on(event: 'unhandledRejection' | 'uncaughtException' | 'SIGUSR1', listener: (thrown: unknown) => void): unknown
  off(event: 'unhandledRejection' | 'uncaughtException' | 'SIGUSR1', listener: (thrown: unknown) => void): unknown
}

/**
 * For what nobody caught; it should never be needed. Node would print the error with all its fields, which nobody has
 * looked through for values, and end the process, which every agent and browser would feel.
 *
 * A promise that was left alone had nobody who built on it: it is logged, and the companion goes on. An exception may have cut
 * anything in half: it is logged, and the companion ends in order; the next command or relay starts another.
 */
export const catchTheRest = (
  events: ProcessEvents,
  deps: { onFault(thrown: unknown): void; /** May be called more than once. */ end(): void },
): (() => void) => {
  const rejected = (thrown: unknown) => deps.onFault(thrown)
  const thrown = (error: unknown) => {
    deps.onFault(error)
    deps.end()
  }
  // At this signal Node opens a debugger on a port that every user of the machine can reach: the vault's key lies in here.
  const ignored = () => undefined
  events.on('unhandledRejection', rejected)
  events.on('uncaughtException', thrown)
  events.on('SIGUSR1', ignored)
  return () => {
    events.off('unhandledRejection', rejected)
    events.off('uncaughtException', thrown)
    events.off('SIGUSR1', ignored)
  }
}
