import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import { type Format, noOptions } from './format.ts'
import { alsoSend, cookiesNote, listOfNames, counted, noSameSite, noStorage } from './notes.ts'

/**
 * cookies.txt, as curl reads it (https://curl.se/docs/http-cookies.html) and as Python's http.cookiejar and yt-dlp do, which want the
 * first line to be just this, and a dot before the domain exactly where the second field is TRUE.
 */
export const netscape: Format = {
  name: 'netscape',
  options: noOptions,
  write: (session) => {
    const nested = session.cookies.filter(isNested)
    const others = session.cookies.filter((cookie) => !isNested(cookie))
    const { kept, hidden } = withoutDoubles(others.filter(isWritable))
    const partitioned = kept.filter(({ partition }) => partition !== null)
    return {
      text: new Secret(`${['# Netscape HTTP Cookie File', ...kept.map(lineOf)].join('\n')}\n`),
      cookies: kept.length,
      origins: 0,
      notes: [
        ...cookiesNote(
          others.filter((cookie) => !isWritable(cookie)),
          'since this format has no place for a control character or a missing name',
        ),
        ...cookiesNote(nested, 'since they are for frames within other sites alone'),
        ...cookiesNote(hidden, 'since another one of the same name and place would hide them'),
        ...(partitioned.length === 0 ? [] : [`${writtenPlain(partitioned)}: ${listOfNames(partitioned.map(nameOf))}.`]),
        ...noSameSite(kept),
        ...noStorage(session),
        ...alsoSend(session),
      ],
    }
  },
}

const lineOf = ({ name, value, domain, hostOnly, path, secure, httpOnly, expires }: Cookie): string =>
  [
    `${httpOnly ? '#HttpOnly_' : ''}${domain}`,
    hostOnly ? 'FALSE' : 'TRUE',
    path === '' ? '/' : path,
    secure ? 'TRUE' : 'FALSE',
    expires === null ? '0' : secondsOf(expires),
    name,
    value.reveal(),
  ].join('\t')

/** Whole seconds, written out; never 0, which would make a cookie that is long over into one that lasts as long as the program. */
const secondsOf = (expires: number): string => String(Math.min(Math.max(1, Math.floor(expires)), endOfTime))
const endOfTime = 253_402_300_799

const isWritable = ({ name, value, domain, path }: Cookie): boolean =>
  name !== '' && ![name, value.reveal(), domain, path].some((field) => /\p{Cc}/u.test(field))

const isNested = ({ partition }: Cookie): boolean => partition?.hasCrossSiteAncestor === true

/** Without a partition two cookies may fall together; the one without is the more general. */
const withoutDoubles = (cookies: readonly Cookie[]): { kept: readonly Cookie[]; hidden: readonly Cookie[] } => {
  const first = new Map<string, Cookie>()
  for (const cookie of [...cookies].sort((a, b) => Number(a.partition !== null) - Number(b.partition !== null))) {
    const place = JSON.stringify([cookie.domain.toLowerCase(), cookie.path, cookie.name])
    if (!first.has(place)) first.set(place, cookie)
  }
  const kept = new Set(first.values())
  return { kept: cookies.filter((cookie) => kept.has(cookie)), hidden: cookies.filter((cookie) => !kept.has(cookie)) }
}

const writtenPlain = ({ length }: readonly Cookie[]): string =>
  `${counted(length, 'partitioned cookie')} ${length === 1 ? 'is' : 'are'} written as if ${length === 1 ? 'it' : 'they'} were not`

const nameOf = ({ name }: Cookie): string => name
