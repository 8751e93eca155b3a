import type { Decision } from '@countersign/shared/policy/decision'
import type { Policy } from './shipped-default.ts'

/** Second names of a tool. Rules, counters, prompts and memory know it by the first. */
const twins: Readonly<Record<string, string>> = { manual_login: 'save_session' }

/** The one name by which a tool is known to everything that keeps count of it. */
export const ruleName = (tool: string): string => (Object.hasOwn(twins, tool) ? (twins[tool] ?? tool) : tool)

/** What the policy says of a call of this tool. Names are compared as they are: `Save_Session` is a stranger. */
export const evaluate = (policy: Policy, tool: string): Decision => {
  const name = ruleName(tool)
  const rule = Object.hasOwn(policy.tools, name) ? policy.tools[name] : undefined
  if (rule === undefined) {
    return { kind: 'deny', rule: '(default deny)', reason: 'Your policy has no rule that allows this tool.' }
  }
  return { kind: rule, rule: `/tools/${name}` }
}
