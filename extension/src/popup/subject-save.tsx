import type { Subject } from '@countersign/shared/approval/prompt'
import { unknownAccount } from '@countersign/shared/session/site'
import { Stranger, StrangerPath } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { count, listed, whyLeftOut } from './words.ts'

type SaveSubjectProps = {
  subject: Extract<Subject, { kind: 'save' }>
  /** The only account that the asker is for; null for any. */
  only: string | null
}

/** How many names are told before the details. */
export const fewNames = 6

export const SaveSubject = ({ subject, only }: SaveSubjectProps) => {
  const { outline } = subject
  const more = outline.cookieNames.length - fewNames
  return (
    <>
      <p>If you approve, your Upwork session is saved, sealed, on this machine. The agent sees no values.</p>
      {subject.coveredBy !== null && (
        <p class="note warn">
          Your policy lets saves run without asking, of each account that you said yes to once.{' '}
          <strong>A yes covers this one, too:</strong> you are not asked again.
        </p>
      )}
      <Facts>
        <Fact name="Account">
          <Account subject={subject} only={only} />
        </Fact>
        <Fact name="Afterwards">
          <Afterwards subject={subject} />
        </Fact>
        <Fact name="From">
          <StrangerPath text={outline.tab.origin.replace(/^https:\/\//, '') + outline.tab.path} />
        </Fact>
        <Fact name="Cookies">
          {count(outline.cookies, 'cookie')}, named{' '}
          <span class="muted small">
            {outline.cookieNames.slice(0, fewNames).map((name, index) => (
              <span key={name}>
                {index > 0 && ', '}
                <span class="mono">
                  <Stranger text={name} limit={40} />
                </span>
              </span>
            ))}
            {more > 0 && ` and ${more} more, listed below`}
          </span>
        </Fact>
        <Fact name="Storage">
          {outline.storage.length === 0 && 'None'}
          <ul>
            {outline.storage.map(({ origin, keys }) => (
              <li key={origin}>
                {count(keys, 'key')} of <StrangerPath text={origin.replace(/^https:\/\//, '')} />
              </li>
            ))}
            {outline.leftOut.map(({ origin, bytes: size }) => (
              <li key={origin} class="muted">
                Left out ({whyLeftOut(size)}): <StrangerPath text={origin.replace(/^https:\/\//, '')} />
              </li>
            ))}
          </ul>
        </Fact>
      </Facts>
    </>
  )
}

const Account = ({ subject: { outline, accountName }, only }: SaveSubjectProps) => {
  const { account, signIn } = outline.identity
  const known = account !== unknownAccount
  return (
    <>
      <strong>{known ? <Stranger text={accountName ?? account} limit={80} /> : 'Unknown'}</strong>{' '}
      {signIn === 'signed-in' ? <span class="tag good">Signed in</span> : <span class="tag warn">Uncertain</span>}
      {known && accountName !== null && (
        <p class="muted small">
          <Stranger text={account} limit={80} />
        </p>
      )}
      {only === account && <p class="muted small">The only account that this agent may ask for.</p>}
      {only !== null && only !== account && (
        <p class="caution">
          This agent is only for <Stranger text={only} limit={80} /> by now, so a yes would save nothing.
        </p>
      )}
      {signIn === 'uncertain' && <p class="caution">{outline.why} What is saved may not work.</p>}
    </>
  )
}

// Ten versions of an account are kept.
const kept = 10

const Afterwards = ({ subject: { savedBefore, otherAccounts } }: Pick<SaveSubjectProps, 'subject'>) => {
  if (savedBefore !== null) {
    const earlier = savedBefore.version < kept ? 'the earlier ones stay.' : 'the ten newest are kept.'
    return <>{`Becomes version ${savedBefore.version + 1}; ${earlier}`}</>
  }
  if (otherAccounts.length === 0) return <>Your first saved session.</>
  return (
    <>
      <span class="tag warn">Another account</span> A further entry; {otherAccounts.length === 1 ? 'the one' : 'those'}{' '}
      of <Stranger text={listed(otherAccounts)} limit={120} /> {otherAccounts.length === 1 ? 'stays' : 'stay'}.
    </>
  )
}
