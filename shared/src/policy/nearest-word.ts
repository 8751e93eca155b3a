/** Of these words, the one that was probably meant; undefined when none is near. */
export const nearestWord = (written: string, known: readonly string[]): string | undefined => {
  const plain = plainly(written)
  const other = Object.hasOwn(elsewhere, plain) ? elsewhere[plain] : undefined
  if (other !== undefined && known.includes(other)) return other
  const [nearest] = known
    .map((word) => ({ word, distance: distance(plain, plainly(word)) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return nearest?.word
}

/** `requireApproval` and `Require-Approval` are one word. What is longer than any word of ours is like none. */
const plainly = (text: string): string =>
  text
    .slice(0, 40)
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s-]+/g, '_')
    .toLowerCase()

/** What other rule languages call the same. */
const elsewhere: Readonly<Record<string, string>> = {
  '=': 'eq',
  '==': 'eq',
  '===': 'eq',
  equals: 'eq',
  '!=': 'neq',
  '!==': 'neq',
  ne: 'neq',
  not_equals: 'neq',
  '<': 'lt',
  '<=': 'lte',
  le: 'lte',
  '>': 'gt',
  '>=': 'gte',
  ge: 'gte',
  nin: 'not_in',
  one_of: 'in',
  matches: 'regex',
  match: 'regex',
  pattern: 'regex',
  includes: 'contains',
  present: 'exists',
  ask: 'require_approval',
  approve: 'require_approval',
  approval: 'require_approval',
  block: 'deny',
  forbid: 'deny',
  permit: 'allow',
  require_approval: 'ask',
  '60s': 'minute',
  session: 'agent_session',
  message: 'on_deny',
  name: 'counter',
  operator: 'op',
  field: 'path',
}

/** How many letters were left out, put in, changed, or swapped with their neighbour. */
const distance = (a: string, b: string): number => {
  let [before, above]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (above?.[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] && row > 1 && column > 1
      current[column] = Math.min(
        changed,
        (above?.[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        swapped ? (before?.[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    ;[before, above] = [above, current]
  }
  return above?.[b.length] ?? 0
}
