import type { Subject } from '@countersign/shared/approval/prompt'
import { timeLeft } from '@countersign/shared/time-left'
import { Stranger } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { OnlyAccount } from './only-account.tsx'

/** What a command would change about an agent that she let in before. */
export const RenameAgentSubject = ({ subject }: { subject: Extract<Subject, { kind: 'rename-agent' }> }) => (
  <>
    <p>If you approve, this agent gets another name. Its token and its limits stay as they are.</p>
    <Facts>
      <AgentFact name="Now called" label={subject.label} />
      <AgentFact name="New name" label={subject.to} />
    </Facts>
  </>
)

export const RotateAgentSubject = ({ subject }: { subject: Extract<Subject, { kind: 'rotate-agent' }> }) => (
  <>
    <p>If you approve, this agent's token is replaced. Whatever uses the old one is cut off at once.</p>
    <Facts>
      <AgentFact name="Agent" label={subject.label} />
      <Fact name="It gets">A new token, shown once in the terminal.</Fact>
    </Facts>
  </>
)

export const PinAgentSubject = ({ subject }: { subject: PinAgent }) => (
  <>
    <p>{pinned(subject)}</p>
    <Facts>
      <AgentFact name="Agent" label={subject.label} />
      <Fact name="May ask for">
        <OnlyAccount account={subject.account} />
      </Fact>
      <Fact name="Until now">
        <OnlyAccount account={subject.from} />
      </Fact>
    </Facts>
  </>
)

type PinAgent = Extract<Subject, { kind: 'pin-agent' }>

const pinned = ({ from, account }: PinAgent): string => {
  if (account === null) return "If you approve, this agent may ask for any account's session again."
  if (from === null) return "If you approve, this agent may ask for one account's session, and for no other."
  return "If you approve, this agent may ask for another account's session than until now."
}

export const UnmuteAgentSubject = ({ subject }: { subject: Extract<Subject, { kind: 'unmute-agent' }> }) => (
  <>
    <p>If you approve, this agent may ask again at once.</p>
    <Facts>
      <AgentFact name="Agent" label={subject.label} />
      <Fact name="Else">It stays muted for {timeLeft(Date.parse(subject.until), Date.now())} more.</Fact>
    </Facts>
  </>
)

const AgentFact = ({ name, label }: { name: string; label: string }) => (
  <Fact name={name}>
    <strong>
      <Stranger text={label} limit={40} />
    </strong>
  </Fact>
)
