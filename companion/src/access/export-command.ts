import { z } from 'zod'
import { handler, type Handler } from '../control/handler.ts'
import type { createToFile } from './exits/to-file.ts'
import { toStdout } from './exits/to-stdout.ts'
import type { Release } from './release.ts'
import { wished } from './wished.ts'

/**
 * `countersign export`. To a file the companion writes it itself; for stdout the command gets it, in parts before the receipt, since a
 * session may be longer than any line.
 */
export const exportCommand = (deps: {
  readonly release: Release
  readonly toFile: ReturnType<typeof createToFile>
}): Handler =>
  handler({
    name: 'export',
    params: z.union([
      z.strictObject({ ...wished, out: z.string().min(1).max(4096) }),
      z.strictObject({ ...wished, stdout: z.literal(true) }),
    ]),
    run: async (asked, { claim, signal, event }) => {
      if ('out' in asked) {
        const { out, ...wish } = asked
        return deps.release.letOut(wish, deps.toFile(out), claim, signal)
      }
      const { stdout: _, ...wish } = asked
      const { text, receipt } = await deps.release.letOut(wish, toStdout, claim, signal)
      const plain = text.reveal()
      for (let at = 0; at < plain.length; at += longestPart) event({ text: plain.slice(at, at + longestPart) })
      return receipt
    },
  })

/** Characters of a session that go at once. */
const longestPart = 256 * 1024
