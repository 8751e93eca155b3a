import type { Subject, WayOut } from '@countersign/shared/approval/prompt'
import { timeLeft } from '@countersign/shared/time-left'
import { Stranger, StrangerCommand, StrangerPath } from '../ui/stranger.tsx'
import { Fact, Facts } from './facts.tsx'
import { ago, count, timeOf } from './words.ts'

type Release = Extract<Subject, { kind: 'release' }>

/** A saved session that would leave the vault: where to, who can then read it, and how much of it. */
export const ReleaseSubject = ({ subject }: { subject: Release }) => (
  <>
    <p>If you approve, {whatHappens[subject.way.kind]}</p>
    <div class="note warn">
      <WhoReads way={subject.way} />
    </div>
    <Facts>
      <Where way={subject.way} warnings={subject.warnings} />
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
        Version {subject.saved.version}, saved {ago(Date.parse(subject.saved.savedAt), Date.now())}
      </Fact>
      <Fact name="Holds">
        {count(subject.cookies, 'cookie')}
        {subject.origins > 0 && `, storage of ${count(subject.origins, 'origin')}`}
        {subject.leftOut > 0 && (
          <p class="muted small">
            {count(subject.leftOut, 'cookie or storage key', 'cookies and storage keys')}{' '}
            {subject.leftOut === 1 ? 'stays' : 'stay'} in the vault, as the command asks.
          </p>
        )}
      </Fact>
      <Fact name="Format">
        <Stranger text={subject.format} limit={40} />
        {subject.url !== null && (
          <>
            , for <StrangerPath text={subject.url} />
          </>
        )}
      </Fact>
    </Facts>
  </>
)

const whatHappens = {
  file: 'a saved session leaves the vault and is written to a file.',
  stdout: 'a saved session leaves the vault and goes to the program that asks.',
  lease: 'a saved session leaves the vault for a while, in a file that is wiped at the end.',
  launch: 'this program runs and has a saved session, in a file that is wiped when it ends.',
} as const

/** The plain sentence on who can read it. */
const WhoReads = ({ way }: { way: WayOut }) => {
  if (way.kind === 'file') {
    return (
      <p>
        <strong>Any program of yours, agents included, can read this file.</strong>
      </p>
    )
  }
  if (way.kind === 'stdout') {
    return (
      <p>
        <strong>The program that asks gets it, and whatever it passes it on to.</strong> Nothing wipes it there.
      </p>
    )
  }
  if (way.kind === 'lease') {
    return (
      <p>
        <strong>
          Any program of yours, agents included, can read this file until {timeOf(Date.parse(way.until), Date.now())}.
        </strong>{' '}
        Signing out of Upwork ends the session; this does not.
      </p>
    )
  }
  return (
    <p>
      <strong>This program gets it for its run, a day at most, and can pass it on.</strong> Until it ends, any program
      of yours, agents included, can read the file.
    </p>
  )
}

const Where = ({ way, warnings }: { way: WayOut; warnings: readonly string[] }) => {
  const cautions = warnings.map((warning) => (
    <p key={warning} class="caution">
      <Stranger text={warning} limit={400} />
    </p>
  ))
  if (way.kind === 'stdout') {
    return (
      <Fact name="To">
        The output of the command that asks
        {cautions}
      </Fact>
    )
  }
  if (way.kind === 'launch') {
    return (
      <>
        <Fact name="Program">
          <StrangerCommand text={way.command} />
          {cautions}
        </Fact>
        <Fact name="Variable">
          <StrangerPath text={way.variable} />
          <p class="muted small">Where it finds the file's path.</p>
        </Fact>
      </>
    )
  }
  return (
    <>
      <Fact name="File">
        <StrangerPath text={way.path} />
        {cautions}
      </Fact>
      {way.kind === 'lease' && <Fact name="Lasts">{timeLeft(Date.parse(way.until), Date.now())}</Fact>}
    </>
  )
}
