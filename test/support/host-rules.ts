import { usualPorts } from '@countersign/shared/protocol/ports'

const flag = '--host-resolver-rules='

/**
 * The browser's arguments, with their rules for hosts made one, since of several only the last would count. Unless it is to meet
 * them, nobody answers on the ports that every extension looks at: a companion that a person uses, or another story's, is not
 * to be met by chance.
 */
export function withHostRules(args: readonly string[], meetUsualPorts: boolean): string[] {
  const nobody = meetUsualPorts ? [] : usualPorts.map((port) => `MAP 127.0.0.1:${port} ~NOTFOUND`)
  const rules = [...nobody, ...args.filter((arg) => arg.startsWith(flag)).map((arg) => arg.slice(flag.length))]
  return [...args.filter((arg) => !arg.startsWith(flag)), ...(rules.length === 0 ? [] : [flag + rules.join(', ')])]
}
