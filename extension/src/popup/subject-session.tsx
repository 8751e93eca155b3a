import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { ago, count } from './words.ts'

/** What a command would change about sessions that she saved. */
export const RestoreSessionSubject = ({ subject }: { subject: Extract<Subject, { kind: 'restore-session' }> }) => {
  const { version, newest } = subject
  return (
    <>
      <p>If you approve, an older version becomes the newest. It is what agents and commands get from then on.</p>
      <Facts>
        <WhoseFact {...subject} />
        <Fact name="Restored">
          <strong>Version {version.version}</strong>, saved {ago(Date.parse(version.savedAt), Date.now())}
        </Fact>
        <Fact name="So far">
          Version {newest.version}, saved {ago(Date.parse(newest.savedAt), Date.now())}. It stays, and can be restored
          in the same way.
        </Fact>
      </Facts>
    </>
  )
}

export const RenameAccountSubject = ({ subject }: { subject: Extract<Subject, { kind: 'rename-account' }> }) => (
  <>
    <p>If you approve, Countersign calls this account otherwise. Its sessions stay as they are.</p>
    <Facts>
      <Fact name="Account">
        <Stranger text={subject.account} limit={80} />
      </Fact>
      <Fact name="Called now">
        {subject.accountName === null ? 'By no name of yours' : <Stranger text={subject.accountName} limit={80} />}
      </Fact>
      <Fact name="New name">
        <strong>{subject.to === null ? 'None' : <Stranger text={subject.to} limit={500} />}</strong>
      </Fact>
    </Facts>
  </>
)

export const ForgetSessionSubject = ({ subject }: { subject: Extract<Subject, { kind: 'forget-session' }> }) => {
  const { version, goes, stays } = subject
  return (
    <>
      <p>If you approve, this is erased from your computer for good.</p>
      <div class="note warn">
        <p>
          <strong>It can't be undone.</strong> Copies of it that are out on lease, or with a program, are wiped. Files
          that you exported stay.
        </p>
      </div>
      <Facts>
        <WhoseFact {...subject} />
        <Fact name="Erased">
          <strong>{version === null ? `All ${count(goes, 'version')}` : `Version ${version.version}`}</strong>
          {version !== null && `, saved ${ago(Date.parse(version.savedAt), Date.now())}`}
          {stays === 0 && ', and the name that you gave it'}
        </Fact>
        <Fact name="Stays">{stays === 0 ? 'Nothing of this account' : count(stays, 'other version')}</Fact>
      </Facts>
    </>
  )
}

const WhoseFact = ({ account, accountName }: { account: string; accountName: string | null }) => (
  <Fact name="Account">
    <strong>
      <Stranger text={accountName ?? account} limit={80} />
    </strong>
    {accountName !== null && (
      <p class="muted small">
        <Stranger text={account} limit={80} />
      </p>
    )}
  </Fact>
)
