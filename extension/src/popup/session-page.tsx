import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { Alert } from '../ui/status.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { Feedback } from './feedback.tsx'
import { ForgetStep } from './session-forget.tsx'
import { AccountName } from './session-name.tsx'
import { SessionVersion } from './session-version.tsx'
import type { Act } from './use-act.ts'
import { useEscape } from './use-escape.ts'
import { useLook } from './use-look.ts'
import { useNow } from './use-now.ts'
import type { Worker } from './worker.ts'

type SessionPageProps = { account: SavedAccount; state: SurfaceState; act: Act; worker: Worker; onBack: () => void }

/** What is open on the page: a version, or one of the two steps that come before something is done. */
type Opened = { what: 'version'; version: number } | { what: 'name' } | { what: 'forget' } | null

/** One account: its name, its versions, and what can be done about them. */
export const SessionPage = ({ account, state, act, worker, onBack }: SessionPageProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  const [opened, setOpened] = useState<Opened>(null)
  const online = state.link.state === 'connected'
  const now = useNow(15_000)
  // Whatever was saved or done since.
  const stamp = JSON.stringify([online, account.version, account.kept, act.ended?.at])
  const answer = useLook(worker, { kind: 'history', account: account.id }, stamp)
  const versions = answer?.kind === 'history' ? answer.versions : []

  // It is read from its top, wherever the page before was left; and so is what came of an act.
  useLayoutEffect(() => {
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    if (act.ended !== null) window.scrollTo(0, 0)
  }, [act.ended])
  useEscape(() => (opened === null || opened.what === 'version' ? onBack() : setOpened(null)))

  const run: Act['run'] = (request) => {
    setOpened(null)
    act.run(request)
  }
  return (
    <div class="page">
      <div class="session-head">
        <Button size="small" onPress={onBack}>
          Back
        </Button>
        <h1 ref={heading} tabIndex={-1}>
          <Stranger text={account.name ?? account.id} limit={80} />
        </h1>
      </div>
      <Feedback act={act} outcome={null} now={now} />
      <AccountName
        key={account.name}
        account={account}
        editing={opened?.what === 'name'}
        disabled={!online}
        busy={act.running !== null}
        onEdit={(editing) => setOpened(editing ? { what: 'name' } : null)}
        onName={(name) => run({ kind: 'name-account', account: account.id, name })}
      />
      <section class="section">
        <h2>Versions</h2>
        {answer === null && <p class="muted small">Looking…</p>}
        {answer?.kind === 'refused' && (
          <Alert>
            <Sentence text={toldToPerson(answer)} />
          </Alert>
        )}
        <ul class="versions">
          {versions.map((version, index) => (
            <SessionVersion
              key={version.version}
              account={account}
              version={version}
              older={versions.slice(index + 1).find(({ damaged }) => !damaged)?.version}
              newest={version.version === account.version}
              stays={versions.length - 1}
              open={opened?.what === 'version' && opened.version === version.version}
              online={online}
              busy={act.running !== null}
              worker={worker}
              now={now}
              onOpen={(open) => setOpened(open ? { what: 'version', version: version.version } : null)}
              run={run}
            />
          ))}
        </ul>
      </section>
      <section class="section">
        {opened?.what === 'forget' ? (
          <ForgetStep
            account={account}
            goes={versions.length}
            stays={0}
            version={null}
            online={online}
            onForget={() => run({ kind: 'forget-session', account: account.id, version: null })}
            onKeep={() => setOpened(null)}
          />
        ) : (
          <div>
            <Button
              size="small"
              disabled={!online || versions.length === 0}
              busy={act.running !== null}
              onPress={() => setOpened({ what: 'forget' })}
            >
              Forget this account
            </Button>
          </div>
        )}
      </section>
    </div>
  )
}
