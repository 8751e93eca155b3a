import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { Session } from '@countersign/shared/session/session'

// What every format says of what it can't hold: names and counts, never a value.

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const mostNames = 12

/** `a, b and 3 more`, each name once. They are the site's own words, so they come out harmless. */
export const listOfNames = (names: readonly string[]): string => {
  const all = [...new Set(names)].map((name) => (name === '' ? '(no name)' : harmlessText(name, 60).text))
  const shown = all.length > mostNames ? [...all.slice(0, mostNames), `${all.length - mostNames} more`] : all
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

/** @param why after "stayed in the vault": such as "since a value with a tab has no place in this format" */
export const cookiesNote = (cookies: readonly Cookie[], why: string): string[] =>
  cookies.length === 0
    ? []
    : [`${counted(cookies.length, 'cookie')} stayed in the vault, ${why}: ${listOfNames(cookies.map(nameOf))}.`]

const nameOf = ({ name }: Cookie): string => name

/** Of a format without a SameSite. */
export const noSameSite = (cookies: readonly Cookie[]): string[] =>
  cookies.length === 0
    ? []
    : ['This format has no SameSite: whoever reads it decides for which requests a cookie is good.']

/** Of a format without web storage. */
export const noStorage = ({ origins }: Pick<Session, 'origins'>): string[] => {
  const keys = origins.reduce(
    (sum, { localStorage, sessionStorage }) => sum + localStorage.length + sessionStorage.length,
    0,
  )
  return keys === 0 ? [] : [`This format has no web storage: ${counted(keys, 'key')} of it stayed in the vault.`]
}

/** What the save itself had to leave out. */
export const storageLeftOut = ({ leftOut }: Pick<Session, 'leftOut'>): string[] =>
  leftOut.map(({ origin, bytes }) => {
    const why = bytes === 0 ? 'could not be read' : 'was too large to be saved'
    return `The storage of ${harmlessText(origin).text} ${why}, so it is not here.`
  })

/** Some sites look whether a session comes back from the browser that it was made in. */
export const alsoSend = ({ userAgent }: Pick<Session, 'userAgent'>): string[] =>
  userAgent === ''
    ? []
    : [`To look like the browser it came from, send its User-Agent as well: ${JSON.stringify(userAgent)}`]
