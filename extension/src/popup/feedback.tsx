import type { Receipt } from '@countersign/shared/protocol/messages'
import { toldToPerson } from '@countersign/shared/told-to-person'
import { Sentence } from '../ui/sentence.tsx'
import { Alert, Status } from '../ui/status.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { Outcome, SurfaceRequest } from '../surface/messages.ts'
import type { Act } from './use-act.ts'
import { ago, count, expires, listed, whyLeftOut } from './words.ts'

/** Milliseconds for which the last outcome is news. */
const news = 2 * 60_000

type FeedbackProps = {
  act: Act
  outcome: Outcome | null
  now: number
  /** The last reset, for whoever has just paired. */
  resetAt?: string | null
}

/** What came of the last thing: done here, or told by the worker. */
export const Feedback = ({ act, outcome, now, resetAt = null }: FeedbackProps) => {
  const { running, ended } = act
  const told = outcome !== null && now - Date.parse(outcome.at) < news ? outcome : null
  // The worker tells of a save, too; what was done here has more to say until something newer ends.
  const own = ended !== null && (told === null || Date.parse(told.at) < ended.at + 1000) ? ended : null
  const refused = own?.answer.kind === 'refused' ? own.answer : null
  return (
    <>
      <Status>
        {running !== null && running.kind !== 'save-by-itself' ? (
          <p class="note">{underWay[running.kind]}</p>
        ) : (
          refused === null && ((own && answerWords(own, now, resetAt)) ?? (told && <Told outcome={told} />))
        )}
      </Status>
      {running === null && refused !== null && (
        <Alert>
          <Sentence text={toldToPerson(refused)} />
        </Alert>
      )}
    </>
  )
}

const underWay = {
  save: 'Saving…',
  answer: 'Answering…',
  pair: 'Pairing…',
  unpair: 'Unpairing…',
  pause: 'Pausing…',
  resume: 'Resuming…',
  mute: 'Muting…',
  unmute: 'Unmuting…',
  forget: 'Forgetting…',
  looked: 'Telling the companion…',
  'end-released': 'Wiping…',
  'save-by-itself': 'Remembering…',
  history: 'Looking…',
  difference: 'Comparing…',
  restore: 'Restoring…',
  'name-account': 'Renaming…',
  'forget-session': 'Erasing…',
  'open-upwork': 'Opening Upwork…',
} as const satisfies Record<SurfaceRequest['kind'], string>

const done: Partial<Record<SurfaceRequest['kind'], string>> = {
  pause: 'All agents are paused. Nothing is given to them until you resume.',
  resume: 'Agents may ask again.',
  forget: 'Forgotten. You are asked again from now on.',
  unpair: 'That browser is unpaired.',
  mute: 'Muted. All that it asks is refused for a while.',
  unmute: 'It may ask again.',
  'end-released': 'Ended, and wiped. A program that read it before may still have what it read.',
  looked: 'Noted. From here on things count as they are now.',
  restore: 'Restored: it is the newest version now. To undo this, restore the one that was the newest before.',
  'name-account': 'Renamed. To undo this, rename it again.',
  'forget-session': 'Erased.',
}

const Told = ({ outcome }: { outcome: Outcome }) => (
  <p class={`note ${outcome.tone}`}>
    <Stranger text={outcome.text} limit={400} />
  </p>
)

/** Null where the answer itself says nothing, such as that of a prompt: how that ended is told by the worker. */
const answerWords = ({ request, answer }: NonNullable<Act['ended']>, now: number, resetAt: string | null) => {
  if (answer.kind === 'saved') return <Saved receipt={answer} now={now} />
  if (answer.kind === 'paired') return <Paired {...answer} reset={resetAt && ago(Date.parse(resetAt), now)} />
  const words = answer.kind === 'done' ? done[request.kind] : undefined
  return words === undefined ? null : <p class="note good">{words}</p>
}

const Saved = ({ receipt, now }: { receipt: Receipt; now: number }) => {
  const { summary, accountName, version } = receipt
  const keys = summary.origins.reduce((sum, origin) => sum + origin.keys, 0)
  return (
    <div class="note good">
      <p>
        <strong>
          Saved: <Stranger text={accountName ?? summary.account} limit={80} />, version {version}.
        </strong>
      </p>
      <p>
        {count(summary.cookies, 'cookie')}, {count(keys, 'storage key')} of {count(summary.origins.length, 'origin')}.
        {summary.expiresAt !== null && ` It ${expires(Date.parse(summary.expiresAt), now)}.`}
      </p>
      {summary.leftOut.length > 0 && (
        <p>Left out: {listed(summary.leftOut.map(({ origin, bytes }) => `${origin} (${whyLeftOut(bytes)})`))}.</p>
      )}
    </div>
  )
}

const Paired = ({ held, fingerprint, reset }: { held: boolean; fingerprint: string; reset: string | null }) => (
  <div class="note good">
    <p>
      <strong>{held ? 'Almost paired.' : 'Paired.'}</strong> Check that your terminal shows the same:
    </p>
    <p class="fingerprint mono">{fingerprint}</p>
    {reset !== null && <p>All that was saved before was erased by a reset, {reset}.</p>}
  </div>
)
