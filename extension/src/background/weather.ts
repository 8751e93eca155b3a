import { companionMethods } from '@countersign/shared/protocol/messages'
import type { Alarm, Overview } from '@countersign/shared/protocol/overview'
import type { Alarms } from 'webextension-polyfill'
import type { Capture } from './capture.ts'
import type { Connection } from './connection.ts'
import { createSavesItself, saveAgainAlarm } from './saves-itself.ts'
import { readSignIn, type SignInSource } from './sign-in-now.ts'
import { createSignInWatch } from './sign-in-watch.ts'
import type { Stored } from './stored.ts'
import type { Surfaces } from './surfaces.ts'
import { createWeatherNotice } from './weather-notice.ts'

/** How it stands with the saved sessions, as far as this browser has a part in it: it watches, reminds, and saves again where she chose so. */
export type BrowserWeather = {
  /** For `cookies.onChanged`. */
  cookieChanged(cookie: { readonly name: string; readonly httpOnly: boolean }): void
  /** For `alarms.onAlarm`: time alone turns the weather, too. */
  alarm(name: string): void
  /** The companion has told how it stands; null where it tells a browser nothing. */
  told(overview: Overview | null): void
  lost(): void
  /** Accounts that are saved again by themselves. */
  savesItself(): Promise<readonly string[]>
  turn(account: string, on: boolean): Promise<void>
  /** Another pairing, or none: what was chosen and told for the last one counts no longer. */
  forget(): Promise<void>
}

export const createWeather = (deps: {
  readonly source: SignInSource
  readonly capture: Pick<Capture, 'capture'>
  readonly connection: Pick<Connection, 'link' | 'request'>
  readonly stored: Stored
  readonly surfaces: Pick<Surfaces, 'notifyOfWeather' | 'clearWeather'>
  readonly alarms: Pick<Alarms.Static, 'create'>
  /** Things that she has to look at first. */
  alarmsNow(): Promise<readonly Alarm[]>
  changed(): void
  now(): number
}): BrowserWeather => {
  const { source, capture, connection, stored, surfaces, alarms, now } = deps

  const blocked = async (): Promise<boolean> => {
    const told = await stored.overview.get()
    return told === null || told.paused || (await deps.alarmsNow()).length > 0
  }
  const watch = createSignInWatch({
    read: () => readSignIn(source),
    overview: () => stored.overview.get(),
    observe: (observation) => connection.request(companionMethods.observe, observation),
    found: (found) => itself.consider(found),
    now,
  })
  const itself = createSavesItself({
    stored,
    capture,
    connection,
    alarms,
    find: watch.find,
    blocked,
    now,
  })
  const notice = createWeatherNotice({
    stored,
    notify: surfaces.notifyOfWeather,
    clear: surfaces.clearWeather,
    now,
  })
  /** Before this browser has said how it stands, what the companion tells may be of yesterday. */
  const remind = async (overview: Overview): Promise<void> => {
    if (!watch.hasSaid()) return
    await notice.look(overview, (await blocked()) ? [] : await stored.savesItself.get())
  }

  return {
    cookieChanged: watch.cookieChanged,
    alarm(name) {
      void (async () => {
        const overview = await stored.overview.get()
        if (overview === null || connection.link().state !== 'connected') return
        await remind(overview)
        await watch.look()
      })().catch(() => undefined)
      if (name !== saveAgainAlarm) deps.changed()
    },
    told(overview) {
      if (overview === null) return
      void (async () => {
        await itself.keep(overview.accounts.map(({ id }) => id))
        watch.told(overview)
        await remind(overview)
      })().catch(() => undefined)
    },
    lost: watch.lost,
    savesItself: () => stored.savesItself.get(),
    async turn(account, on) {
      await itself.turn(account, on)
      deps.changed()
      if (on) void watch.look()
    },
    async forget() {
      await itself.forget()
      await notice.forget()
    },
  }
}
