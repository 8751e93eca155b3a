/** What is wrong with a tool's name in a policy. A rule that looks as if it were for many tools, and is for none, would deny nothing. */
export const toolNameProblem = (name: string): string | undefined => {
  if (name === '') return 'The name of a tool must not be empty.'
  if (name.length > 200) return 'The name of a tool has at most 200 characters.'
  if (name === '*' || !name.includes('*')) return undefined
  return 'A name is no pattern. Name each tool, or write "*" alone.'
}
