import type { Weather } from './weather.ts'

/** How it stands with a saved session in one word or two, the same wherever it is shown. */
export const weatherWord = (weather: Weather): string => words[weather].word

/** The same in a sentence, and the next step, for the person. */
export const weatherForHer = (weather: Weather): string => words[weather].forHer.join(' ')

/** For an agent. */
export const weatherForAgent = (weather: Weather): string => words[weather].forAgent.join(' Next: ')

type Words = {
  readonly word: string
  /** What is so, and what to do next where there is something to do. */
  readonly forHer: readonly [what: string, next?: string]
  readonly forAgent: readonly [what: string, next?: string]
}

const words: Readonly<Record<Weather, Words>> = {
  none: {
    word: 'Not saved',
    forHer: ['Nothing is saved yet.', 'Click Save session.'],
    forAgent: ['No session is saved.', 'call save_session.'],
  },
  fresh: {
    word: 'Fresh',
    forHer: ['The saved session should still be good.'],
    forAgent: ['It should still be good.'],
  },
  ageing: {
    word: 'Ageing',
    forHer: ['The saved session should still be good, but it is getting old.', 'Click Save session to renew it.'],
    forAgent: ['It should still be good, but it is getting old.', 'use it, or call save_session for a newer one.'],
  },
  expiring: {
    word: 'Expires soon',
    forHer: [
      'The saved sign-in ends within a day.',
      'Click Save session; if that changes nothing, sign in to Upwork anew first.',
    ],
    forAgent: [
      'Its sign-in ends within a day.',
      'call save_session; if that changes nothing, ask the person to sign in to Upwork anew.',
    ],
  },
  expired: {
    word: 'Expired',
    forHer: ['The saved sign-in has ended.', 'Sign in to Upwork if you are signed out there, then click Save session.'],
    forAgent: ['Its sign-in has ended.', 'call save_session.'],
  },
  rotated: {
    word: 'Rotated since',
    forHer: ['Upwork has changed your sign-in since, so the saved one may no longer work.', 'Click Save session.'],
    forAgent: [
      'Upwork has changed the sign-in in the browser since, so this one may no longer work.',
      'call save_session.',
    ],
  },
  'signed-out': {
    word: 'Signed out',
    forHer: [
      'Your browser is signed out of Upwork, so the saved sign-in may no longer work.',
      'Sign in to Upwork, then click Save session.',
    ],
    forAgent: [
      'The browser is signed out of Upwork, so this sign-in may no longer work.',
      'ask the person to sign in to Upwork, then call save_session.',
    ],
  },
  'another-account': {
    word: 'Another account',
    forHer: [
      'Your browser is signed in to another Upwork account, so nothing tells whether the saved session is still good.',
      'Switch the account in Upwork to save it again.',
    ],
    forAgent: [
      'The browser is signed in to another Upwork account, so nothing tells whether it is still good.',
      'try it, or ask the person to switch the account, then call save_session.',
    ],
  },
  uncertain: {
    word: 'Uncertain',
    forHer: [
      'Nothing tells whether the saved session is still good.',
      'Try it, or sign in to Upwork anew and click Save session.',
    ],
    forAgent: ['Nothing tells whether it is still good.', 'try it, or call save_session.'],
  },
}
