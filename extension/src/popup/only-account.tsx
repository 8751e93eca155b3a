import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'

type OnlyAccountProps = { account: Extract<Subject, { kind: 'pin-agent' }>['account'] }

/** Whose session an agent may ask for. */
export const OnlyAccount = ({ account }: OnlyAccountProps) => {
  if (account === null) return <>Any account</>
  const { id, name, saved } = account
  return (
    <>
      Only{' '}
      <strong>
        <Stranger text={name ?? id} limit={80} />
      </strong>
      {name !== null && (
        <p class="muted small">
          <Stranger text={id} limit={80} />
        </p>
      )}
      {!saved && <p class="caution">No session of this account is saved yet. Is it spelled as Upwork does?</p>}
    </>
  )
}
