import type { Rules } from './tool-rules.ts'

/** The name that a policy knows every way out of the vault by: `export`, `lease` and `exec` in the terminal. */
export const releaseTool = 'export'

/**
 * A release asks, whatever the default says and whatever a rule allows: a policy can forbid one or make it rarer, and no more than that.
 */
export const everyReleaseAsks: NonNullable<Rules['asks']> = { rule: '(every release)', timeout: undefined }
