/** Second names of a tool. Rules, counters, prompts and memory know it by the first. */
const twins: Readonly<Record<string, string>> = { manual_login: 'save_session' }

/** The one name by which a tool is known to everything that keeps count of it. */
export const ruleName = (tool: string): string => (Object.hasOwn(twins, tool) ? (twins[tool] ?? tool) : tool)
