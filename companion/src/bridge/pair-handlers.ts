import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import { handler, type Handler } from '../control/handler.ts'
import { terminalAsker } from '../ledger/askers.ts'
import type { Browsers } from './browsers.ts'
import type { Pairings } from './pairings.ts'

const nothing = z.strictObject({})

/** `countersign pair` and what belongs to it. */
export const pairHandlers = ({
  pairings,
  browsers,
  resetAt,
}: {
  readonly pairings: Pairings
  readonly browsers: Browsers
  /** When the last reset was; ISO 8601, null for never. */
  resetAt(): string | null
}): readonly Handler[] => [
  handler({
    name: 'pair',
    params: nothing,
    run: async (_, { claim, signal, event }) => {
      const known = browsers.paired().map(({ label, fingerprint }) => ({ label, fingerprint }))
      event({ before: { paired: known, resetAt: resetAt() } })
      const paired = await pairings.pair({ claim, signal, said: event })
      return { paired: true, ...paired }
    },
  }),
  handler({
    name: 'pair.list',
    params: nothing,
    run: async () => {
      const connected = new Set(browsers.connected().map(({ fingerprint }) => fingerprint))
      return browsers.paired().map(({ label, fingerprint, pairedAt, signingKey }) => ({
        label,
        fingerprint,
        pairedAt,
        connected: connected.has(fingerprint),
        key: signingKey,
      }))
    },
  }),
  handler({
    name: 'pair.remove',
    params: z.strictObject({ fingerprint: z.string().max(40) }),
    run: async ({ fingerprint }) => {
      const wanted = fingerprint.trim().toUpperCase()
      const known = browsers.paired().find((browser) => browser.fingerprint === wanted)
      if (known === undefined) throw new CountersignError('no_such_browser')
      const reset = browsers.paired().length === 1
      pairings.unpair(wanted, terminalAsker)
      return { removed: known.label, reset }
    },
  }),
  handler({
    name: 'pair.reset',
    params: nothing,
    run: async () => {
      pairings.reset(terminalAsker)
      return { reset: true }
    },
  }),
]
