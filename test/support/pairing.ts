import { z } from 'zod'
import type { Companion } from './companion.ts'
import type { Program } from './program.ts'

/** What `countersign pair --json` prints, and what the companion tells of pairings. */
export const offer = z.strictObject({ code: z.string(), url: z.string(), expiresAt: z.iso.datetime() })
export const paired = z.strictObject({ paired: z.literal(true), browser: z.string(), fingerprint: z.string() })
export const refusal = z.strictObject({
  error: z.strictObject({ code: z.string(), reason: z.string(), next: z.string() }),
})
const listed = z.array(
  z.strictObject({ label: z.string(), fingerprint: z.string(), connected: z.boolean(), key: z.string().length(87) }),
)

export type Pairing = AsyncDisposable &
  z.output<typeof offer> & {
    readonly command: Program
    /** Both ends' fingerprint, once it is paired. */
    paired(): Promise<z.output<typeof paired>>
    /** The exit code, the coded error, and the line on stderr of a pairing that came to nothing. */
    refused(): Promise<{ exit: number | null; code: string; line: string }>
  }

/** `countersign pair`, up to the code that it shows. */
export async function beginPairing(companion: Companion): Promise<Pairing> {
  const command = companion.begin(['pair', '--json'])
  const offered = await command.line(offer)
  return {
    ...offered,
    command,
    paired: () => command.line(paired),
    async refused() {
      const { error } = await command.line(refusal)
      const { code: exit } = await command.ended
      return { exit, code: error.code, line: command.stderr() }
    },
    [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
  }
}

/** `countersign pair list`. */
export async function pairedBrowsers(companion: Companion): Promise<z.output<typeof listed>> {
  return listed.parse(JSON.parse((await companion.run(['pair', 'list', '--json'])).stdout))
}
