import type { Subject as AnySubject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { CallSubject } from './subject-call.tsx'
import { OnlyAccount } from './only-account.tsx'
import { PinAgentSubject, RenameAgentSubject, RotateAgentSubject, UnmuteAgentSubject } from './subject-agent.tsx'
import { ReleaseSubject } from './subject-release.tsx'
import { SaveSubject } from './subject-save.tsx'
import { ForgetSessionSubject, RenameAccountSubject, RestoreSessionSubject } from './subject-session.tsx'
import { ago } from './words.ts'

type SubjectProps = {
  subject: AnySubject
  resetAt: string | null
  /** The only account that the asker is for; null for any. */
  only: string | null
}

/** What would happen after a yes. */
export const Subject = ({ subject, resetAt, only }: SubjectProps) => {
  if (subject.kind === 'save') return <SaveSubject subject={subject} only={only} />
  if (subject.kind === 'call') return <CallSubject subject={subject} />
  if (subject.kind === 'release') return <ReleaseSubject subject={subject} />
  if (subject.kind === 'restore-session') return <RestoreSessionSubject subject={subject} />
  if (subject.kind === 'rename-account') return <RenameAccountSubject subject={subject} />
  if (subject.kind === 'forget-session') return <ForgetSessionSubject subject={subject} />
  if (subject.kind === 'add-agent') return <AddAgentSubject subject={subject} />
  if (subject.kind === 'pin-agent') return <PinAgentSubject subject={subject} />
  if (subject.kind === 'rename-agent') return <RenameAgentSubject subject={subject} />
  if (subject.kind === 'rotate-agent') return <RotateAgentSubject subject={subject} />
  if (subject.kind === 'unmute-agent') return <UnmuteAgentSubject subject={subject} />
  if (subject.kind === 'pair-browser') return <PairBrowserSubject subject={subject} resetAt={resetAt} />
  return null
}

type AddAgent = Extract<AnySubject, { kind: 'add-agent' }>

const AddAgentSubject = ({ subject: { label, account } }: { subject: AddAgent }) => (
  <>
    <p>If you approve, an agent of this name may ask for your session. You are asked before it gets anything.</p>
    <Facts>
      <Fact name="New agent">
        <strong>
          <Stranger text={label} limit={40} />
        </strong>
      </Fact>
      {account !== null && (
        <Fact name="May ask for">
          <OnlyAccount account={account} />
        </Fact>
      )}
      <Fact name="It gets">A token of its own, shown once in the terminal.</Fact>
    </Facts>
  </>
)

type PairBrowser = Extract<AnySubject, { kind: 'pair-browser' }>

const PairBrowserSubject = ({ subject, resetAt }: { subject: PairBrowser; resetAt: string | null }) => (
  <>
    <p>If you approve, another browser may approve all that you can approve here.</p>
    <Facts>
      <Fact name="Browser">
        <strong>
          <Stranger text={subject.label} limit={60} />
        </strong>
      </Fact>
      <Fact name="Fingerprint">
        <span class="fingerprint mono">
          <Stranger text={subject.fingerprint} limit={40} />
        </span>
        <p class="muted small">That browser and your terminal have to show the same.</p>
      </Fact>
      <Fact name="Paired already">
        <ul>
          {subject.paired.map(({ label, fingerprint }) => (
            <li key={fingerprint}>
              <Stranger text={label} limit={60} /> <span class="print mono muted">{fingerprint}</span>
            </li>
          ))}
        </ul>
      </Fact>
      {resetAt !== null && <Fact name="Last reset">{ago(Date.parse(resetAt), Date.now())}</Fact>}
    </Facts>
  </>
)
