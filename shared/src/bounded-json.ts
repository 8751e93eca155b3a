/**
 * `JSON.parse` for what comes from outside. A short text can mean a great deal: four megabytes hold a million empty lists,
 * which take fifty in memory, or are nested two million times, which takes seconds. So it is measured before it is parsed.
 * Throws a SyntaxError.
 *
 * @param most how many values it may have, members of objects and lists included
 */
export const parseBoundedJson = (text: string, { values: most = mostValues } = {}): unknown => {
  let values = 1
  /** Of each object that is open, how many members it has; of a list nothing. */
  const open: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case openList:
      case openObject:
        if (open.push(0) > mostLevels) throw new SyntaxError('This JSON is nested too deep.')
        // The first of what is in it; the others stand behind commas.
        if (!isEmpty(text, at)) values += 1
        break
      case closeList:
      case closeObject:
        open.pop()
        break
      case colon:
        open.push((open.pop() ?? 0) + 1)
        if ((open.at(-1) ?? 0) > mostMembers) throw new SyntaxError('This JSON has an object of too many members.')
        break
      case comma:
        values += 1
        break
    }
    if (values > most) throw new SyntaxError('This JSON has too many values.')
  }
  return JSON.parse(text)
}

const mostLevels = 64
/** A list is cheap for its members; an object of many is a table, with a place for each name. */
const mostMembers = 10_000
/** Forty thousand entries of web storage, or fifteen thousand cookies. */
const mostValues = 200_000

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/** The index of the quote that closes the string which opens here; the text's end when none does. */
const endOfString = (text: string, open: number): number => {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at
    while (text.charCodeAt(before - 1) === backslash) before -= 1
    if ((at - before) % 2 === 0) return at
  }
  return text.length
}

const isEmpty = (text: string, open: number): boolean => {
  const next = text.charCodeAt(open + 1)
  return next === closeList || next === closeObject
}
