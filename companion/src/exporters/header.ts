import { CountersignError } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'
import type { Format, FormatOptions } from './format.ts'
import { alsoSend, cookiesNote, noStorage } from './notes.ts'

/** What a browser writes behind `Cookie: ` when it opens this address: `name=value; name=value`, in one line. */
export const header: Format = {
  name: 'header',
  options: async ({ url }): Promise<FormatOptions> => {
    if (url === undefined) throw new CountersignError('url_needed')
    const address = addressOf(url)
    const { cookiesFor } = await import('./cookie-rules.ts')
    return { address: { url: address, sent: (cookies) => cookiesFor(cookies, address) } }
  },
  write: (session, { address }) => {
    if (address === undefined) throw new CountersignError('url_needed')
    const sent = address.sent(session.cookies.filter(({ partition }) => partition?.hasCrossSiteAncestor !== true))
    const written = sent.filter(isWritable)
    if (written.length === 0) {
      throw new CountersignError('no_cookie_for_url', {
        message: `No cookie of this session goes to ${address.url.href}.`,
      })
    }
    const goes = new Set(sent)
    return {
      text: new Secret(`${written.map(pairOf).join('; ')}\n`),
      cookies: written.length,
      origins: 0,
      notes: [
        ...cookiesNote(
          sent.filter((cookie) => !isWritable(cookie)),
          'since they would not come through such a line as they are',
        ),
        ...cookiesNote(
          session.cookies.filter((cookie) => !goes.has(cookie)),
          `since a browser does not send them to ${address.url.href}`,
        ),
        'This line is for that address and for now: it has no domain, path, expiry or SameSite.',
        ...noStorage(session),
        ...alsoSend(session),
      ],
    }
  },
}

/** Without what no rule looks at, and what may be a secret. */
const addressOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new CountersignError('invalid_arguments', {
      message: 'That is no address of a web page.',
      next: 'Write it whole, such as `--url https://www.upwork.com/`.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new CountersignError('invalid_arguments', {
      message: 'The address holds a user name or a password.',
      next: 'Leave them out of `--url`.',
    })
  }
  url.search = ''
  url.hash = ''
  return url
}

const pairOf = ({ name, value }: Cookie): string => (name === '' ? value.reveal() : `${name}=${value.reveal()}`)

/** Whether who reads the line finds just this cookie in it: a newline would begin another header, and a space at an end is not read. */
const isWritable = ({ name, value }: Cookie): boolean => {
  const plain = value.reveal()
  if (/[\p{Cc};]/u.test(name + plain.replaceAll('\t', ''))) return false
  if (name !== name.trim() || plain !== plain.trim()) return false
  return name === '' ? plain !== '' && !plain.includes('=') : !name.includes('=')
}
