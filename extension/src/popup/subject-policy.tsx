import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'
import { listed } from './words.ts'

type Policy = Extract<Subject, { kind: 'accept-policy' }>

export type PolicySubjectProps = {
  subject: Policy
  /** Of tools that would run without asking: whether she wants them to go on asking. */
  keepAsking: boolean
  onKeepAsking: (keep: boolean) => void
}

/** What a proposed policy changes, the worst first. All of it stands here: what she has not seen she can't accept. */
export const PolicySubject = ({ subject, keepAsking, onKeepAsking }: PolicySubjectProps) => (
  <>
    <p>If you approve, this policy decides from now on what agents may do.</p>
    {subject.withoutAsking !== null && (
      <WithoutAsking
        tools={subject.withoutAsking.tools}
        accounts={subject.withoutAsking.accounts}
        keepAsking={keepAsking}
        onKeepAsking={onKeepAsking}
      />
    )}
    <Changes name="It opens" lines={subject.opens} />
    <Changes name="It closes" lines={subject.closes} />
  </>
)

type WithoutAskingProps = Pick<NonNullable<Policy['withoutAsking']>, 'tools' | 'accounts'> &
  Pick<PolicySubjectProps, 'keepAsking' | 'onKeepAsking'>

const WithoutAsking = ({ tools, accounts, keepAsking, onKeepAsking }: WithoutAskingProps) => (
  <div class="note warn">
    <p>
      <strong>
        <Stranger text={listed(tools)} limit={tools.length * 210} /> will run without asking you
      </strong>
      {accounts.length > 0 && ', for '}
      {accounts.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && (index === accounts.length - 1 ? ' and ' : ', ')}
          <Stranger text={name ?? id} limit={80} />
        </span>
      ))}
      . Another account asks you first.
    </p>
    <label class="tick">
      <input type="checkbox" checked={keepAsking} onChange={(event) => onKeepAsking(event.currentTarget.checked)} />{' '}
      Keep asking me
    </label>
  </div>
)

const Changes = ({ name, lines }: { name: string; lines: readonly string[] }) => {
  if (lines.length === 0) return null
  return (
    <section class="changes">
      <h2>{name}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Stranger text={line} limit={400} />
          </li>
        ))}
      </ul>
    </section>
  )
}
