import type { Link } from '../surface/messages.ts'
import type { Stored } from './stored.ts'
import type { Surfaces } from './surfaces.ts'

/** Milliseconds that a code from a link stays in the text field; the companion forgets it as soon. */
const codeLasts = 120_000

export type TakeLinkDeps = {
  /** How it stands once a paired browser has looked for its companion. */
  link(): Promise<Link>
  readonly stored: Pick<Stored, 'pairingCode'>
  readonly surfaces: Pick<Surfaces, 'show'>
  changed(): void
  now(): number
}

/** Fills a link's code in and shows where to press "Pair". A paired browser takes none: false. */
export const createTakeLink =
  ({ link, stored, surfaces, changed, now }: TakeLinkDeps) =>
  async (code: string): Promise<boolean> => {
    if ((await link()).state !== 'unpaired') return false
    await stored.pairingCode.set({ code, until: now() + codeLasts })
    changed()
    await surfaces.show()
    return true
  }
