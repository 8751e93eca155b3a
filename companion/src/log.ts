import { pino, type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/**
 * To stderr, since stdout belongs to answers. What was thrown goes in as its code and message and where it came from; never
 * a parameter, a frame or a cause's own fields.
 */
export const createLog = (level: string | undefined): Log =>
  pino(
    {
      level: pino.levels.values[level ?? ''] === undefined ? 'warn' : (level ?? 'warn'),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: told },
      redact: ['*.token', '*.code', '*.secret', '*.params', '*.value'],
    },
    pino.destination({ fd: 2, sync: true }),
  )

export const told = (thrown: unknown): unknown => {
  if (!(thrown instanceof Error)) return { what: typeof thrown }
  const { name, message, stack, cause } = thrown
  // zod's messages are JSON of what it saw: its paths and codes are fine, but a rule that needs no proof is better. Those of
  // `JSON.parse` quote the text.
  const words = name.includes('Zod') || thrown instanceof SyntaxError ? 'It did not have the shape agreed on.' : message
  const where = stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 5)
    .map((line) => line.trim())
  return { name, message: words, where, ...(cause === undefined ? {} : { cause: told(cause) }) }
}
