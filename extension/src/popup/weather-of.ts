import type { SavedAccount } from '@countersign/shared/protocol/overview'
import { type Weather, weatherOf } from '@countersign/shared/session/weather'
import { weatherWord } from '@countersign/shared/session/weather-words'

export const weatherNow = (account: SavedAccount, now: number): Weather => weatherOf(account, account.observed, now)

/** The word, and the tone of the tag that it stands on. */
export const weatherTag = (weather: Weather): readonly [word: string, tone: string] => [
  weatherWord(weather),
  tones[weather],
]

const tones = {
  none: '',
  fresh: 'good',
  ageing: '',
  expiring: 'warn',
  expired: 'warn',
  rotated: 'warn',
  'signed-out': 'warn',
  'another-account': '',
  uncertain: 'warn',
} as const satisfies Record<Weather, string>
