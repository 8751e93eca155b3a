import { RE2JS } from 're2js'

/** A pattern that looks anywhere in a text, in a time that grows with the text's length and no faster. */
export type LinearPattern = { test(text: string): boolean }

/** The longest pattern. RE2 bounds what repeats in it may grow to, so that this bounds the work for each character. */
export const longestPattern = 1000

/**
 * Compiles a pattern in RE2's syntax, or tells what is wrong with it. JavaScript's own engine backtracks: there, `(a+)+$` takes
 * longer than the universe has lasted for a text of a hundred characters, and it is agents who choose the texts.
 */
export const linearPattern = (source: string): LinearPattern | { readonly problem: string } => {
  if (source.length > longestPattern) return { problem: `It is longer than ${longestPattern} characters.` }
  try {
    const compiled = RE2JS.compile(source)
    return { test: (text) => compiled.test(text) }
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : 'It can not be read.' }
  }
}
