import { overview } from '@countersign/shared/protocol/overview'
import { z } from 'zod'
import type { SurfaceState } from '../surface/messages.ts'

/**
 * What the page showed last, so that its first paint has something to say while the worker wakes up. It holds names, counts
 * and times only. Questions are never remembered here: one is shown when the worker says that it is open.
 */
const remembered = z.object({ fingerprint: z.string(), overview: overview.nullable() })
const place = 'last known'

export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export const recall = (memory: Memory): SurfaceState | null => {
  const known = parse(memory.getItem(place))
  if (known === undefined) return null
  return {
    link: { state: 'connecting' },
    ...known,
    signingKey: null,
    pairingCode: null,
    tab: null,
    prompts: [],
    alarms: [],
    savesItself: [],
    outcome: null,
  }
}

export const remember = (memory: Memory, { link, fingerprint, overview }: SurfaceState): void => {
  if (link.state === 'unpaired' || link.state === 'held' || fingerprint === null) memory.removeItem(place)
  else memory.setItem(place, JSON.stringify({ fingerprint, overview } satisfies z.input<typeof remembered>))
}

const parse = (text: string | null): z.output<typeof remembered> | undefined => {
  if (text === null) return undefined
  try {
    return remembered.safeParse(JSON.parse(text)).data
  } catch {
    // Cut short or of another version: as if nothing were known.
    return undefined
  }
}
