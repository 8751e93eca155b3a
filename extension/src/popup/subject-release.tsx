import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger, StrangerPath } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { ago, count } from './words.ts'

export const ReleaseSubject = ({ subject }: { subject: Extract<Subject, { kind: 'release' }> }) => (
  <>
    <p>If you approve, a saved session leaves the vault and is written to a file.</p>
    <div class="note warn">
      <p>
        <strong>Any program of yours, agents included, can read this file.</strong>
      </p>
      {subject.warnings.map((warning) => (
        <p key={warning}>
          <Stranger text={warning} limit={400} />
        </p>
      ))}
    </div>
    <Facts>
      {(subject.way.kind === 'file' || subject.way.kind === 'lease') && (
        <Fact name="File">
          <StrangerPath text={subject.way.path} />
        </Fact>
      )}
      <Fact name="Account">
        <strong>
          <Stranger text={subject.accountName ?? subject.account} limit={80} />
        </strong>
        {subject.accountName !== null && (
          <p class="muted small">
            <Stranger text={subject.account} limit={80} />
          </p>
        )}
      </Fact>
      <Fact name="Session">
        Version {subject.saved.version}, saved {ago(Date.parse(subject.saved.savedAt), Date.now())}:{' '}
        {count(subject.cookies, 'cookie')}, storage of {count(subject.origins, 'origin')}
      </Fact>
      <Fact name="Format">
        <Stranger text={subject.format} limit={40} />
      </Fact>
    </Facts>
  </>
)
