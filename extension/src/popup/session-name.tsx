import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Stranger } from '../ui/stranger.tsx'

type AccountNameProps = {
  account: SavedAccount
  editing: boolean
  disabled: boolean
  busy: boolean
  onEdit: (editing: boolean) => void
  /** Null takes the name away. */
  onName: (name: string | null) => void
}

/** Upwork's own id of the account, and the name that she may give it. */
export const AccountName = ({ account, editing, disabled, busy, onEdit, onName }: AccountNameProps) => {
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(account.name ?? '')
  const next = name.trim() || null
  useEffect(() => {
    if (editing) input.current?.focus()
    else setName(account.name ?? '')
  }, [editing])

  if (!editing) {
    return (
      <div class="row spread session-id">
        <span class="muted small">
          {account.name === null ? 'It has no name of yours.' : <Stranger text={account.id} limit={80} />}
        </span>
        <Button size="small" disabled={disabled} busy={busy} onPress={() => onEdit(true)}>
          Rename
        </Button>
      </div>
    )
  }
  return (
    <form
      class="note session-name"
      onSubmit={(event) => {
        event.preventDefault()
        if (next !== account.name) onName(next)
        else onEdit(false)
      }}
    >
      <div class="field">
        <label for="account-name">Name of this account</label>
        <input
          ref={input}
          id="account-name"
          type="text"
          dir="auto"
          maxLength={60}
          placeholder="None"
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div class="row">
        <Button size="small" onPress={() => onEdit(false)}>
          Cancel
        </Button>
        <Button size="small" look="primary" type="submit" disabled={disabled} busy={busy}>
          {next === null && account.name !== null ? 'Take the name away' : 'Save name'}
        </Button>
      </div>
    </form>
  )
}
