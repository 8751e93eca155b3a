import { useContext } from 'preact/hooks'
import { Resting } from '../ui/button.tsx'
import type { Act } from './use-act.ts'

type SavesItselfProps = { account: string; on: boolean; online: boolean; act: Act }

/** Her standing wish that this account is saved again by itself. Off until she herself has clicked it. */
export const SavesItself = ({ account, on, online, act }: SavesItselfProps) => {
  const resting = useContext(Resting)
  return (
    <div class="itself">
      <label class="tick">
        <input
          type="checkbox"
          checked={on}
          disabled={resting || !online || act.running !== null}
          aria-describedby="saves-itself"
          onClick={(event) => {
            // What is shown is what the worker says, and it hears of no click but hers.
            event.preventDefault()
            if (event.isTrusted) act.run({ kind: 'save-by-itself', account, on: !on })
          }}
        />{' '}
        Save again by itself when Upwork changes the sign-in
      </label>
      <p id="saves-itself" class="muted small">
        At most every five minutes; see the ledger.
      </p>
    </div>
  )
}
