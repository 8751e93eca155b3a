import type { Subject } from '@countersign/shared/approval/prompt'
import { unknownAccount } from '@countersign/shared/session/site'
import { Stranger, StrangerPath } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { bytes, count, listed } from './words.ts'

type SaveSubjectProps = { subject: Extract<Subject, { kind: 'save' }> }

/** How many names are told before the details. */
export const fewNames = 6

export const SaveSubject = ({ subject }: SaveSubjectProps) => {
  const { outline } = subject
  const more = outline.cookieNames.length - fewNames
  return (
    <>
      <p>
        If you approve, the session of your Upwork tab is saved, sealed, on this machine. No value goes to the agent.
      </p>
      <Facts>
        <Fact name="Account">
          <Account subject={subject} />
        </Fact>
        <Fact name="From">
          <StrangerPath text={outline.tab.origin.replace(/^https:\/\//, '') + outline.tab.path} />
        </Fact>
        <Fact name="Cookies">
          {count(outline.cookies, 'cookie')}:{' '}
          {outline.cookieNames.slice(0, fewNames).map((name, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <span class="mono">
                <Stranger text={name} limit={40} />
              </span>
            </span>
          ))}
          {more > 0 && ` and ${more} more, listed below`}
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
                Left out, being too large ({bytes(size)}): <StrangerPath text={origin.replace(/^https:\/\//, '')} />
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name="Afterwards">
          <Afterwards subject={subject} />
        </Fact>
      </Facts>
    </>
  )
}

const Account = ({ subject: { outline, accountName } }: SaveSubjectProps) => {
  const { account, signIn } = outline.identity
  const known = account !== unknownAccount
  return (
    <>
      <strong>{known ? <Stranger text={accountName ?? account} limit={64} /> : 'Unknown'}</strong>{' '}
      {known && accountName !== null && (
        <span class="muted">
          <Stranger text={account} limit={64} />
        </span>
      )}{' '}
      {signIn === 'signed-in' ? <span class="tag good">Signed in</span> : <span class="tag warn">Uncertain</span>}
      {signIn === 'uncertain' && <p class="caution">{outline.why} What is saved may not work.</p>}
    </>
  )
}

// Ten versions of an account are kept.
const kept = 10

const Afterwards = ({ subject: { savedBefore, otherAccounts } }: SaveSubjectProps) => {
  if (savedBefore !== null) {
    const earlier = savedBefore.version < kept ? 'The earlier ones stay.' : 'The ten newest are kept.'
    return <>{`It becomes version ${savedBefore.version + 1}. ${earlier}`}</>
  }
  if (otherAccounts.length === 0) return <>It is the first session that you save.</>
  return (
    <>
      <span class="tag warn">Another account</span> A further entry; {otherAccounts.length === 1 ? 'the one' : 'those'}{' '}
      of <Stranger text={listed(otherAccounts)} limit={120} /> {otherAccounts.length === 1 ? 'stays' : 'stay'}.
    </>
  )
}
