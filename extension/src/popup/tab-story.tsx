import type { Overview } from '@countersign/shared/protocol/overview'
import type { CaptureOutline } from '@countersign/shared/session/capture'
import type { Weather } from '@countersign/shared/session/weather'
import { weatherForHer } from '@countersign/shared/session/weather-words'
import { unknownAccount } from '@countersign/shared/session/site'
import type { ComponentChildren } from 'preact'
import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { savedOf } from './saved-of.ts'
import { weatherNow, weatherTag } from './weather-of.ts'
import { ago, expires, listed } from './words.ts'

/** Whose tab it is, whether it is signed in, and how old its saved session is. */
export const TabStory = ({ state, now }: { state: SurfaceState; now: number }) => {
  const { tab, overview, link } = state
  if (tab === null) {
    const newest = overview?.accounts[0]
    return (
      <Story title={newest === undefined ? 'Upwork' : <Stranger text={newest.name ?? newest.id} limit={80} />}>
        {link.state === 'connected' ? 'Looking at your tab…' : 'Connecting to Countersign…'}
      </Story>
    )
  }
  if (tab.kind === 'ready') return <Ready outline={tab.outline} overview={overview} now={now} />
  if (tab.kind === 'no-tab') {
    return <Story title="No Upwork tab is open">Open Upwork and sign in; then its session can be saved.</Story>
  }
  if (tab.kind === 'signed-out') {
    return (
      <Story title="This tab is signed out of Upwork" tag={['Signed out', 'warn']}>
        {overview !== null && overview.accounts.length > 0
          ? 'What you saved before stays as it is. It may no longer work; to save anew, sign in first.'
          : 'Sign in to Upwork first; then its session can be saved.'}
      </Story>
    )
  }
  return (
    <Story title="The Upwork tab could not be read" tag={['Not read', 'warn']}>
      {tab.code === 'capture_too_large'
        ? 'Its cookies alone are larger than a save can be. Clear old Upwork cookies and try again.'
        : 'Reload the tab and try again.'}
    </Story>
  )
}

const Ready = ({ outline, overview, now }: { outline: CaptureOutline; overview: Overview | null; now: number }) => {
  const { identity, why } = outline
  const saved = overview === null ? undefined : savedOf(overview, outline)
  const others = overview?.accounts.filter(({ id }) => id !== identity.account).map(({ id, name }) => name ?? id) ?? []
  const title =
    identity.account === unknownAccount ? (
      'An account Upwork does not name'
    ) : (
      <Stranger text={saved?.name ?? identity.account} limit={80} />
    )
  const weather = saved === undefined ? 'none' : weatherNow(saved, now)
  const signedIn = saved === undefined ? (['Signed in', 'good'] as const) : weatherTag(weather)
  return (
    <Story title={title} tag={identity.signIn === 'signed-in' ? signedIn : weatherTag('uncertain')}>
      {saved === undefined ? (
        'Not saved yet.'
      ) : (
        <>
          Saved {ago(Date.parse(saved.savedAt), now)}, version {saved.version}.
          {saved.expiresAt !== null && datedIn.has(weather) && ` It ${expires(Date.parse(saved.expiresAt), now)}.`}
          {identity.signIn === 'signed-in' && weather !== 'fresh' && ` ${weatherForHer(weather)}`}
        </>
      )}
      {identity.signIn === 'uncertain' && ` ${why}`}
      {saved === undefined && others.length > 0 && (
        <>
          {' '}
          {others.length === 1 ? 'A second entry; the one' : 'A further entry; those'} of{' '}
          <Stranger text={listed(others)} limit={120} /> {others.length === 1 ? 'stays' : 'stay'}.
        </>
      )}
    </Story>
  )
}

/** Where its date is worth telling beside what else there is to say. */
const datedIn: ReadonlySet<Weather> = new Set<Weather>(['fresh', 'ageing', 'uncertain'])

type StoryProps = {
  title: ComponentChildren
  tag?: readonly [words: string, tone: string]
  children: ComponentChildren
}

const Story = ({ title, tag, children }: StoryProps) => (
  <div class="story">
    <div class="row spread">
      <h1>{title}</h1>
      {tag !== undefined && <span class={`tag ${tag[1]}`}>{tag[0]}</span>}
    </div>
    <p class="muted">{children}</p>
  </div>
)
