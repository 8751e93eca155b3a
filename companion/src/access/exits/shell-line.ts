/** A command and its arguments as one line that a shell would read as just these words. */
export const shellLine = (words: readonly string[]): string => words.map(quoted).join(' ')

const quoted = (word: string, index: number): string => {
  // A first word such as `A=b` would be an assignment, and `~` a folder.
  const plain = index === 0 ? /^[\w@%+:,./-]+$/ : /^[\w@%+=:,./-]+$/
  return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
