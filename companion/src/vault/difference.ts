import { isDeepStrictEqual } from 'node:util'
import { cookie as cookieShape, type Cookie } from '@countersign/shared/session/cookie'
import type { ChangedNames, SessionDifference } from '@countersign/shared/session/history'
import type { Session } from '@countersign/shared/session/session'
import { z } from 'zod'

type Version = { readonly version: number; readonly session: Session }

/** What differs between two versions of a session, by names. Values are compared in here, and do not come out. */
export const difference = (from: Version, to: Version): SessionDifference => ({
  from: from.version,
  to: to.version,
  cookies: changedNames(cookiesOf(from.session), cookiesOf(to.session)),
  storage: changedNames(storageOf(from.session), storageOf(to.session)),
})

/** So many of each kind are named; a site may have set any number, of any length, and all of this has to fit into one message. */
const mostNames = 500
const longestName = 150

/** A cookie or a key. */
type Thing = {
  readonly name: string
  /** What tells it from others of its name, in words. */
  readonly where: string
  /** Whether that is told even where no other has its name. */
  readonly alwaysWhere: boolean
  /** With the value. */
  readonly content: unknown
}
/** By their places, each in a spelling that no other has. */
type Things = ReadonlyMap<string, Thing>

const changedNames = (from: Things, to: Things): ChangedNames => {
  const sameNamed = new Map<string, number>()
  for (const { name } of new Map([...from, ...to]).values()) sameNamed.set(name, (sameNamed.get(name) ?? 0) + 1)
  const label = ({ name, where, alwaysWhere }: Thing): string =>
    alwaysWhere || sameNamed.get(name) !== 1 ? `${short(name)} (${short(where)})` : short(name)
  const named = (things: Things, which: (place: string, thing: Thing) => boolean): string[] =>
    [...things]
      .filter(([place, thing]) => which(place, thing))
      .map(([, thing]) => label(thing))
      .toSorted()
  const isOther = (place: string, { content }: Thing): boolean => {
    const before = from.get(place)
    return before !== undefined && !isDeepStrictEqual(before.content, content)
  }
  const all = [
    named(to, (place) => !from.has(place)),
    named(from, (place) => !to.has(place)),
    named(to, isOther),
  ] as const
  const [added, gone, changed] = [first(all[0]), first(all[1]), first(all[2])]
  return { added, gone, changed, unnamed: all.flat().length - [...added, ...gone, ...changed].length }
}

const cookiesOf = ({ cookies }: Session): Things =>
  new Map(
    cookies.map((each) => {
      const { name, domain, path, partition } = each
      const place = JSON.stringify([name, domain, path, partition?.topLevelSite, partition?.hasCrossSiteAncestor])
      return [place, { name, where: whereIs(each), alwaysWhere: false, content: z.encode(cookieShape, each) }]
    }),
  )

const whereIs = ({ domain, path, partition }: Cookie): string => {
  if (partition === null) return `${domain}${path}`
  const across = partition.hasCrossSiteAncestor === true ? ', across sites' : ''
  return `${domain}${path}, within ${partition.topLevelSite}${across}`
}

const storageOf = ({ origins }: Session): Things =>
  new Map(
    origins.flatMap(({ origin, localStorage, sessionStorage }) => [
      ...keysOf(origin, 'local', localStorage),
      ...keysOf(origin, 'session', sessionStorage),
    ]),
  )

const keysOf = (
  origin: string,
  kind: 'local' | 'session',
  entries: Session['origins'][number]['localStorage'],
): [place: string, key: Thing][] =>
  entries.map(({ name, value }) => [
    JSON.stringify([origin, kind, name]),
    { name, where: `${kind}, ${origin}`, alwaysWhere: true, content: value.reveal() },
  ])

const first = (names: readonly string[]): string[] => names.slice(0, mostNames)

const short = (name: string): string => {
  // A letter takes two units at most: there is no need to look at all of a long one.
  const characters = Array.from(name.slice(0, 2 * longestName + 2))
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join('')}…` : name
}
