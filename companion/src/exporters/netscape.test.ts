import { expect, it } from 'vitest'
import { z } from 'zod'
import { formatContract } from '../testing/format-contract.ts'
import { sampleSession } from '../testing/sample-session.ts'
import { netscape } from './netscape.ts'

const [base] = sampleSession().cookies
if (base === undefined) throw new Error('The sample has a cookie')

it('writes what curl and yt-dlp read', () => {
  const partition = { topLevelSite: 'https://upwork.com', hasCrossSiteAncestor: false }
  const { text } = netscape.write(
    sampleSession({
      cookies: [
        base,
        { ...base, name: 'host', domain: 'www.upwork.com', hostOnly: true, httpOnly: false, expires: null },
        { ...base, name: 'broken-off', expires: 1_900_000_000.75, secure: false, path: '/nx' },
        { ...base, name: 'long-over', expires: 0.5 },
        { ...base, name: 'before-1970', expires: -5 },
        { ...base, name: 'never-ends', expires: Number.MAX_VALUE },
        { ...base, name: 'twice', partition, path: '/chips' },
        { ...base, name: 'twice', path: '/chips' },
      ],
    }),
    {},
  )
  expect(text.reveal().split('\n')).toEqual([
    '# Netscape HTTP Cookie File',
    '#HttpOnly_.upwork.com\tTRUE\t/\tTRUE\t1900000000\tmaster_access_token\tsample',
    'www.upwork.com\tFALSE\t/\tTRUE\t0\thost\tsample',
    '#HttpOnly_.upwork.com\tTRUE\t/nx\tFALSE\t1900000000\tbroken-off\tsample',
    '#HttpOnly_.upwork.com\tTRUE\t/\tTRUE\t1\tlong-over\tsample',
    '#HttpOnly_.upwork.com\tTRUE\t/\tTRUE\t1\tbefore-1970\tsample',
    '#HttpOnly_.upwork.com\tTRUE\t/\tTRUE\t253402300799\tnever-ends\tsample',
    '#HttpOnly_.upwork.com\tTRUE\t/chips\tTRUE\t1900000000\ttwice\tsample',
    '',
  ])
})

// As curl and http.cookiejar read it: a comment unless it is marked, seven fields, of which no one may be broken by what it holds.
const flag = z.enum(['TRUE', 'FALSE'])
const field = z.string().regex(/^[^\t\r\n]+$/)
const line = z
  .tuple([field, flag, field.startsWith('/'), flag, z.string().regex(/^\d{1,12}$/), field, z.string()])
  .refine(([domain, below]) => domain.startsWith('.') === (below === 'TRUE'))
const magic = '# Netscape HTTP Cookie File\n'

formatContract(netscape, {
  read: (text) => {
    if (!text.startsWith(magic)) throw new Error('It lacks its first line')
    const lines = text.slice(magic.length).split('\n').slice(0, -1)
    return {
      cookies: lines.map((written) => {
        const [, , , , , name, value] = line.parse(written.replace(/^#HttpOnly_/, '').split('\t'))
        return { name, value }
      }),
    }
  },
})
