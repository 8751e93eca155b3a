import { useEffect, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { Feedback } from './feedback.tsx'
import type { Act } from './use-act.ts'
import { useNow } from './use-now.ts'
import { useRest } from './use-rest.ts'

/** Milliseconds that a code from a link rests before Pair works: the page came by itself, maybe under a hand that was clicking. */
const restAfterLink = 1000

/** Before the first pairing: how to get a code, where it goes, one button. */
export const PairingView = ({ state, act }: { state: SurfaceState; act: Act }) => {
  const [code, setCode] = useState(state.pairingCode ?? '')
  const linked = state.pairingCode ?? undefined
  const resting = useRest(linked, restAfterLink)
  const now = useNow(15_000)
  // Whoever is here after it was paired has been turned away since; the worker tells why.
  const turnedAway = act.ended?.answer.kind === 'paired'

  useEffect(() => {
    if (linked !== undefined) setCode(linked)
  }, [linked])

  return (
    <form
      class="page"
      onSubmit={(event) => {
        event.preventDefault()
        act.run({ kind: 'pair', code: code.trim() })
      }}
    >
      <div class="lead">
        <h1>Pair this browser</h1>
        <p class="muted">
          {linked === undefined
            ? 'Countersign keeps your Upwork session on this machine and asks you before an agent gets anything. It has two parts, which get to know each other once.'
            : 'A pairing link brought this code. If it was you who opened it, press Pair.'}
        </p>
      </div>
      {linked === undefined && (
        <div class="step">
          <p>In a terminal, in the Countersign folder:</p>
          <Command text="node companion/dist/cli.js pair" />
          <p class="muted small">Then open the link that it shows, or paste its code here.</p>
        </div>
      )}
      <div class="field">
        <label for="pairing-code">Pairing code</label>
        <input
          id="pairing-code"
          class="mono"
          type="text"
          value={code}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </div>
      <Button type="submit" look="primary" size="wide" disabled={resting} busy={act.running !== null}>
        Pair
      </Button>
      <Feedback act={turnedAway ? { ...act, ended: null } : act} outcome={state.outcome} now={now} />
    </form>
  )
}
