import type { Chance } from '../support/chance.ts'

/** Messages of two to four megabytes, which are short to say and long to take apart. */
export type Oversized = { readonly name: string; make(chance: Chance, id: number): string }

const most = 4 * 1024 * 1024 - 700

const saveOf = (session: string, id: number): string =>
  `{"id":${id},"method":"session.save","params":{"session":${session},"digest":"${'0'.repeat(64)}","name":null}}`

/** As often as it fits, or as is said. */
const filled = (what: string, times = most): string =>
  Array(Math.min(times, Math.floor(most / (what.length + 1))))
    .fill(what)
    .join(',')

/** A session in which one list has this in it, and the others nothing. */
const sessionWith = (list: string, what: string): string => {
  const rest = '"format":1,"site":"upwork","account":"a","signIn":"signed-in","capturedAt":"2026-01-01T00:00:00.000Z",'
  const empty = ['languages', 'cookies', 'origins', 'leftOut'].filter((name) => name !== list)
  const others = empty.map((name) => `"${name}":[],`).join('')
  return `{${rest}"userAgent":"","timeZone":"",${others}"${list}":[${what}]}`
}

export const oversized: readonly Oversized[] = [
  { name: 'nested two million times', make: () => '['.repeat(most) },
  {
    name: 'nested, and closed again',
    make: (_, id) => `{"id":${id},"method":"hello","params":${'['.repeat(most / 2)}${']'.repeat(most / 2)}}`,
  },
  { name: 'nested objects', make: (_, id) => saveOf(`${'{"a":'.repeat(600_000)}1${'}'.repeat(600_000)}`, id) },
  { name: 'a list of two million numbers', make: () => `[${filled('0')}]` },
  { name: 'a list of empty lists', make: (_, id) => `{"id":${id},"method":"hello","params":[${filled('[]')}]}` },
  {
    name: 'an object of many names',
    make: (_, id) => {
      const names = Array.from({ length: 180_000 }, (_, index) => `"name${index}":0`).join(',')
      return `{"id":${id},"method":"hello","params":{${names}}}`
    },
  },
  ...[
    ['cookies', '0'] as const,
    ['cookies', '{}'] as const,
    ['cookies', '{"a":1}'] as const,
    ['origins', '{}'] as const,
    ['languages', '0'] as const,
    ['languages', '""'] as const,
    ['leftOut', '{}'] as const,
  ].map(([list, what]) => ({
    name: `${list}: full of ${what}`,
    // Few enough to be looked at.
    make: (_: Chance, id: number) => saveOf(sessionWith(list, filled(what, 190_000)), id),
  })),
  ...(['localStorage', 'sessionStorage'] as const).map((list) => ({
    name: `${list}: full of {}`,
    make: (_: Chance, id: number) => {
      const other = list === 'localStorage' ? 'sessionStorage' : 'localStorage'
      const origin = `{"origin":"https://www.upwork.com","${other}":[],"${list}":[${filled('{}', 190_000)}]}`
      return saveOf(sessionWith('origins', origin), id)
    },
  })),
  { name: 'one long string', make: (_, id) => `{"id":${id},"method":"${'m'.repeat(most)}","params":{}}` },
  { name: 'one long number', make: (_, id) => `{"id":${id},"method":"hello","params":${'9'.repeat(most)}}` },
]
