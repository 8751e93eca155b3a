import { harmlessText } from '@countersign/shared/approval/harmless-text'
import type { Overview, SavedAccount } from '@countersign/shared/protocol/overview'
import { type Weather, wantsSaving, weatherOf } from '@countersign/shared/session/weather'
import { weatherForHer } from '@countersign/shared/session/weather-words'
import type { Stored } from './stored.ts'

/**
 * One quiet notification when the weather of a saved session turns. Each turn is told once, whatever becomes of the worker: it is noted
 * before it is told.
 */
export type WeatherNotice = {
  /** @param mending accounts that are about to be saved again by themselves: a rotation of these is no news */
  look(overview: Overview, mending: readonly string[]): Promise<void>
  forget(): Promise<void>
}

export const createWeatherNotice = (deps: {
  readonly stored: Pick<Stored, 'weatherTold'>
  notify(message: string): Promise<unknown>
  clear(): Promise<unknown>
  now(): number
}): WeatherNotice => {
  const { stored, now } = deps
  /** Whether there may be one to take away; not known by a worker that has just begun. */
  let standing = true

  return {
    async look({ accounts }, mending) {
      const turned = accounts.flatMap((account) => {
        const weather = notable(account, now())
        const itself = weather === 'rotated' && mending.includes(account.id)
        return weather === undefined || itself ? [] : [{ account, weather }]
      })
      if (turned.length === 0) {
        if (standing) await deps.clear()
        standing = false
        return
      }
      let news: typeof turned = []
      await stored.weatherTold.update((told) => {
        news = turned.filter(({ account: { id, version }, weather }) => {
          return !told.some((each) => each.account === id && each.version === version && each.weather === weather)
        })
        const still = told.filter(({ account, version }) =>
          accounts.some((each) => each.id === account && each.version === version),
        )
        const added = news.map(({ account: { id, version }, weather }) => ({ account: id, version, weather }))
        return [...still, ...added]
      })
      standing = true
      if (news.length > 0) await deps.notify(inWords(news))
    },
    async forget() {
      await stored.weatherTold.set([])
      await deps.clear()
    },
  }
}

const notable = (account: SavedAccount, now: number): Weather | undefined => {
  const weather = weatherOf(account, account.observed, now)
  return weather === 'signed-out' || wantsSaving(account, account.observed, now) ? weather : undefined
}

/** A line for each kind of turn. What the account is called is her own word or Upwork's, and still a stranger's to a notification. */
const inWords = (news: readonly { readonly account: SavedAccount; readonly weather: Weather }[]): string =>
  [...new Set(news.map(({ weather }) => weather))]
    .map((weather) => {
      const names = news.filter((each) => each.weather === weather).map(({ account }) => accountInWords(account))
      return `${names.join(', ')}: ${weatherForHer(weather)}`
    })
    .join('\n')

export const accountInWords = ({ id, name }: Pick<SavedAccount, 'id' | 'name'>): string =>
  harmlessText(name ?? id, 60).text
