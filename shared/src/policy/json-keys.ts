import { jsonPointer } from './json-pointer.ts'

/** One key of an object in a JSON text, as it was written there. */
export type JsonKey = {
  /** The way to it; it is the last step itself. */
  readonly path: readonly (string | number)[]
  readonly pointer: string
  /** The same object had it before. `JSON.parse` takes the last one, and says nothing. */
  readonly again: boolean
}

/** Every key of every object, down to a depth that no file of ours has, in the order of a text that `JSON.parse` has taken before. */
export const jsonKeys = (text: string): JsonKey[] => {
  const found: JsonKey[] = []
  const open: Level[] = []
  let awaitsKey = false
  for (const [token] of text.matchAll(tokens)) {
    const level = open.at(-1)
    if (token === '{' || token === '[') {
      open.push({ step: token === '[' ? 0 : '', seen: token === '[' ? undefined : new Set() })
      awaitsKey = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      awaitsKey = false
    } else if (token === ',') {
      if (typeof level?.step === 'number') level.step += 1
      awaitsKey = level?.seen !== undefined
    } else if (awaitsKey && level?.seen !== undefined) {
      const key = String(JSON.parse(token))
      level.step = key
      const path = open.length > deepest ? [] : open.map(({ step }) => step)
      if (path.length > 0) found.push({ path, pointer: jsonPointer(path), again: level.seen.has(key) })
      level.seen.add(key)
      awaitsKey = false
    }
  }
  return found
}

/** An object or a list that is being read: where in it, and in an object which keys were seen. */
type Level = { step: string | number; readonly seen: Set<string> | undefined }

const deepest = 32

/** What gives a JSON text its shape. Numbers and words in between do not matter here. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
