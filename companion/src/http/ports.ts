import { CountersignError } from '@countersign/shared/errors'
import { usualPorts } from '@countersign/shared/protocol/ports'
import type { Holder } from './who-holds.ts'

/** Which ports to try, in this order. One that was set by hand is the only one: whoever set it counts on it. */
export const portsToTry = (env: Readonly<Record<string, string | undefined>>): readonly number[] => {
  const chosen = env['COUNTERSIGN_PORT']
  if (chosen === undefined || chosen === '') return usualPorts
  const port = /^\d{1,5}$/.test(chosen) ? Number(chosen) : 0
  if (port < 1 || port > 65_535) throw new CountersignError('port_invalid')
  return [port]
}

/** Every port is taken: says by whom, as far as the system tells. Nothing is ended to free one. */
export const portsTaken = (ports: readonly number[], holders: readonly Holder[]): CountersignError => {
  const each = ports.map((port) => {
    const names = holders.filter((holder) => holder.port === port).map(({ program, pid }) => `${program} (pid ${pid})`)
    return `${port} by ${names.length === 0 ? 'a program that cannot be seen from here' : names.join(', ')}`
  })
  const what = ports.length === 1 ? 'The port is taken' : 'All ports are taken'
  return new CountersignError('ports_taken', { message: `${what}: ${each.join('; ')}.` })
}
