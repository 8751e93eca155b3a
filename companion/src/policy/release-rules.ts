/** The name that a policy knows every way out of the vault by: `export`, `lease` and `exec` in the terminal. */
export const releaseTool = 'export'

/**
 * A release asks, whatever a policy says: it can forbid one or make it rarer, and no more than that. So every policy has an entry for it,
 * written or not, and neither the default nor the rules for the rest are about it.
 */
export const everyReleaseAsks = { rule: '(every release)', timeout: undefined } as const
