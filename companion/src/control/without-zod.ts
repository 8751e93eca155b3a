import { CountersignError, isErrorCode } from '@countersign/shared/errors'

/** For what the relay reads: it must be there at once, so it loads no library to parse with. */
export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** Undefined when the text is no JSON. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The refusal in `{"error":{"code","reason","next"}}`; undefined in anything else. */
export const errorIn = (said: unknown): CountersignError | undefined => {
  const { code, reason, next } = recordOf(recordOf(said)['error'])
  if (typeof code !== 'string' || typeof reason !== 'string' || typeof next !== 'string') return undefined
  return new CountersignError(isErrorCode(code) ? code : 'internal', { message: reason, next })
}
