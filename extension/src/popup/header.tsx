import { Seal } from '../ui/seal.tsx'
import type { Link } from '../surface/messages.ts'

const words = {
  unpaired: ['Not paired', ''],
  'not-running': ['Not running', 'warn'],
  connecting: ['Connecting…', ''],
  foreign: ['Not connected', 'bad'],
  held: ['Waiting for your yes', 'warn'],
  mismatch: ['Update needed', 'bad'],
  connected: ['Connected', 'good'],
} as const satisfies Record<Link['state'], readonly [words: string, tone: string]>

/** The bridge in two words, and how many questions wait behind the one that is shown. */
export const Header = ({ link, waiting }: { link: Link | undefined; waiting: number }) => {
  const [state, tone] = link === undefined ? ['', ''] : words[link.state]
  return (
    <header class="header">
      <span class="brand">
        <Seal />
        Countersign
      </span>
      {waiting > 0 && <span class="tag warn">{waiting} more waiting</span>}
      {state !== '' && (waiting === 0 || link?.state !== 'connected') && <span class={`pill ${tone}`}>{state}</span>}
    </header>
  )
}
