import { z } from 'zod'
import type { Companion } from './companion.ts'
import { refusal } from './pairing.ts'
import type { Line } from './wire-browser.ts'

export const leased = z.looseObject({
  id: z.uuid(),
  path: z.string(),
  until: z.iso.datetime(),
  account: z.string(),
  version: z.int(),
  ledgerEntry: z.int(),
})
export type Leased = z.output<typeof leased>

/** `countersign lease --format playwright`, with the yes of a browser that is a program on the wire. */
export async function leaseOverWire(companion: Companion, line: Line, args: readonly string[]): Promise<Leased> {
  await using command = companion.begin(['lease', '--format', 'playwright', ...args, '--json'])
  const approved = line.approve('lease')
  approved.catch(() => undefined)
  await Promise.race([approved, command.ended])
  return command.line(leased)
}

/** The code of a refusal that comes without a question, or after her answer. */
export async function refusedLease(companion: Companion, args: readonly string[]): Promise<string> {
  const { code, stdout } = await companion.run(['lease', '--format', 'playwright', ...args, '--json'])
  if (code !== 1) throw new Error(`It ended with ${code}, and said ${stdout}`)
  return refusal.parse(JSON.parse(stdout)).error.code
}

const listed = z.object({
  released: z.array(
    z.looseObject({ id: z.uuid(), kind: z.enum(['lease', 'launch']), path: z.string(), version: z.int() }),
  ),
  leftBehind: z.array(z.looseObject({ id: z.uuid(), path: z.string(), trouble: z.string() })),
})

/** `countersign leases`. */
export async function leasesOf(companion: Companion): Promise<z.output<typeof listed>> {
  const { stdout } = await companion.run(['leases', '--json'])
  return listed.parse(JSON.parse(stdout))
}
