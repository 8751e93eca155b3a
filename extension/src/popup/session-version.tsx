import type { SavedAccount } from '@countersign/shared/protocol/overview'
import type { SavedVersion } from '@countersign/shared/session/history'
import { useContext, useEffect, useState } from 'preact/hooks'
import { Button, Resting } from '../ui/button.tsx'
import { Difference } from './session-difference.tsx'
import { ForgetStep } from './session-forget.tsx'
import type { Act } from './use-act.ts'
import { ago, count, expires } from './words.ts'
import type { Worker } from './worker.ts'

type SessionVersionProps = {
  account: SavedAccount
  version: SavedVersion
  /** The next older one that opens. */
  older: number | undefined
  newest: boolean
  /** How many others there are. */
  stays: number
  open: boolean
  online: boolean
  busy: boolean
  worker: Worker
  now: number
  onOpen: (open: boolean) => void
  run: Act['run']
}

/** One version: a line, and behind it what can be done about it. */
export const SessionVersion = (props: SessionVersionProps) => {
  const { account, version: shown, older, newest, stays, open, online, busy, worker, now, onOpen, run } = props
  const { version, savedAt, expiresAt, cookies, origins, damaged } = shown
  const [step, setStep] = useState<'compare' | 'forget' | null>(null)
  const resting = useContext(Resting)
  useEffect(() => {
    if (!open) setStep(null)
  }, [open])

  const what = `version ${version}`
  return (
    <li>
      <button type="button" class="line" disabled={resting} aria-expanded={open} onClick={() => onOpen(!open)}>
        <span>
          Version {version} {newest && <span class="tag good">newest</span>}
          {damaged && <span class="tag warn">does not open</span>}
        </span>
        <span class="muted small">{ago(Date.parse(savedAt), now)}</span>
      </button>
      {open && (
        <div class="behind">
          <p class="muted small">
            {damaged
              ? 'It was damaged, and counts for nothing. It can only be forgotten.'
              : `${count(cookies, 'cookie')}, storage of ${count(origins, 'origin')}${expiresAt === null ? '' : `; ${expires(Date.parse(expiresAt), now)}`}.`}
          </p>
          {step === 'forget' ? (
            <ForgetStep
              account={account}
              version={version}
              goes={1}
              stays={stays}
              online={online}
              onForget={() => run({ kind: 'forget-session', account: account.id, version })}
              onKeep={() => setStep(null)}
            />
          ) : (
            <div class="row">
              {!damaged && older !== undefined && (
                <Button
                  size="small"
                  disabled={!online}
                  busy={busy}
                  label={`Compare ${what} with version ${older}`}
                  onPress={() => setStep(step === 'compare' ? null : 'compare')}
                >
                  Compare
                </Button>
              )}
              {!damaged && !newest && (
                <Button
                  size="small"
                  disabled={!online}
                  busy={busy}
                  label={`Restore ${what}`}
                  onPress={() => run({ kind: 'restore', account: account.id, version })}
                >
                  Restore
                </Button>
              )}
              <Button
                size="small"
                disabled={!online}
                busy={busy}
                label={`Forget ${what}`}
                onPress={() => setStep('forget')}
              >
                Forget
              </Button>
            </div>
          )}
          {step === 'compare' && older !== undefined && (
            <Difference account={account.id} from={older} to={version} worker={worker} />
          )}
        </div>
      )}
    </li>
  )
}
