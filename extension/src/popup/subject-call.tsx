import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'

/** A tool that there is no more to say of than what it is called with. All of it is the agent's own text. */
export const CallSubject = ({ subject }: { subject: Extract<Subject, { kind: 'call' }> }) => {
  if (subject.arguments.length === 0) return <p>If you approve, this tool runs. It is called without arguments.</p>
  return (
    <>
      <p>If you approve, this tool runs with these arguments:</p>
      <Facts>
        {subject.arguments.map(({ name, value }) => (
          <Fact key={name} name={<Stranger text={name} limit={60} />}>
            <Stranger text={value} quoted />
          </Fact>
        ))}
      </Facts>
    </>
  )
}
