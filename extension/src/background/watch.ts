import type { Browser } from 'webextension-polyfill'
import type { Stored } from './stored.ts'

const name = 'reconnect'

/**
 * Keeps an alarm while this browser is paired: it starts a worker that was stopped, which then looks for its companion. Every
 * 30 s is as often as Chrome allows. An unpaired browser has nobody to look for, and may sleep.
 */
export const createWatch =
  (alarms: Pick<Browser['alarms'], 'get' | 'create' | 'clear'>, stored: Pick<Stored, 'pin'>) =>
  async (): Promise<void> => {
    if ((await stored.pin.get()) === null) {
      await alarms.clear(name)
      return
    }
    // Made anew it would begin its 30 s anew.
    if ((await alarms.get(name)) === undefined) await alarms.create(name, { periodInMinutes: 0.5 })
  }
