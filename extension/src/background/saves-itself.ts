import { CountersignError } from '@countersign/shared/errors'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { sessionDigest } from '@countersign/shared/session/session'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import type { Alarms } from 'webextension-polyfill'
import type { Capture } from './capture.ts'
import type { Connection } from './connection.ts'
import type { Found } from './sign-in-watch.ts'
import type { Stored } from './stored.ts'

/** Saves the sessions of some accounts again when their sign-in rotates, because she has said so for each of them. */
export type SavesItself = {
  /** Her switch. Throws `no_such_session` for an account of which nothing is saved. */
  turn(account: string, on: boolean): Promise<void>
  /** After each look at the sign-in. */
  consider(found: Found): Promise<void>
  /** Of these accounts something is saved; what was said of any other counts no longer. */
  keep(accounts: readonly string[]): Promise<void>
  forget(): Promise<void>
}

/** The alarm that ends the pause between two saves. */
export const saveAgainAlarm = 'save-again'
/** Milliseconds between two saves of one account. The companion counts for itself, too. */
const pause = 5 * 60_000
/**
 * Milliseconds for which a new sign-in has to stand before it is saved: while somebody signs in, the proof of one account may lie beside
 * the name of another.
 */
const settles = 2_000

export const createSavesItself = (deps: {
  readonly stored: Pick<Stored, 'savesItself' | 'savedItself' | 'overview'>
  readonly capture: Pick<Capture, 'capture'>
  readonly connection: Pick<Connection, 'request'>
  readonly alarms: Pick<Alarms.Static, 'create'>
  find(): Promise<Found | undefined>
  /** All agents are paused, or something is wrong. */
  blocked(): Promise<boolean>
  now(): number
}): SavesItself => {
  const { stored, capture, connection, alarms, now } = deps
  let settling: { readonly key: string; readonly timer: ReturnType<typeof setTimeout> } | undefined

  const isOn = async (account: string): Promise<boolean> => (await stored.savesItself.get()).includes(account)

  /** Milliseconds until the account may be saved by itself again. */
  const left = async (account: string): Promise<number> => {
    const before = (await stored.savedItself.get()).find((entry) => entry.account === account)
    if (before === undefined) return 0
    if (before.at <= now()) return Math.max(0, before.at + pause - now())
    // The clock was set back: it may be as long ago as it likes, so the pause begins anew.
    await note(account)
    return pause
  }
  const note = (account: string) =>
    stored.savedItself.update((all) => [...all.filter((entry) => entry.account !== account), { account, at: now() }])

  const save = async ({ observation: { account }, proof }: Found): Promise<void> => {
    const captured = await capture.capture()
    if (captured.kind !== 'captured' || proof === null) return
    const { session } = captured
    const same = session.account === account && (await signInDigest(proof.salt, session.cookies)) === proof.digest
    if (!same || session.signIn !== 'signed-in') return
    // Asked last: she may have said otherwise while the page was read.
    if (!(await isOn(account)) || (await deps.blocked()) || (await left(account)) > 0) return
    await note(account)
    await connection.request(companionMethods.save, {
      session,
      digest: await sessionDigest(session),
      name: null,
      by: 'rotation',
    })
  }

  const settled = async (before: Found): Promise<void> => {
    const [after, told] = await Promise.all([deps.find(), stored.overview.get()])
    // Where another browser still holds what is saved, all is well: two would else save in turns for ever.
    const rotated = told?.accounts.find(({ id }) => id === before.observation.account)?.observed === 'rotated'
    if (rotated && after !== undefined && keyOf(after) === keyOf(before)) await save(before)
  }

  const stop = (): void => {
    clearTimeout(settling?.timer)
    settling = undefined
  }

  return {
    async turn(account, on) {
      const known = (await stored.overview.get())?.accounts.some(({ id }) => id === account) === true
      if (on && !known) throw new CountersignError('no_such_session')
      await stored.savesItself.update((all) => [...all.filter((id) => id !== account), ...(on ? [account] : [])])
    },
    async consider(found) {
      const key = keyOf(found)
      const { account } = found.observation
      if (key === undefined || !(await isOn(account)) || (await deps.blocked())) return stop()
      const wait = await left(account)
      if (wait > 0) {
        stop()
        return alarms.create(saveAgainAlarm, { when: now() + wait })
      }
      if (settling?.key === key) return
      stop()
      const timer = setTimeout(() => {
        settling = undefined
        // Where it comes to nothing the next look tries again, and the badge says until then that it wants saving.
        void settled(found).catch(() => undefined)
      }, settles)
      settling = { key, timer }
    },
    async keep(accounts) {
      const chosen = await stored.savesItself.get()
      if (chosen.every((id) => accounts.includes(id))) return
      await stored.savesItself.update((all) => all.filter((id) => accounts.includes(id)))
    },
    async forget() {
      stop()
      await stored.savesItself.set([])
      await stored.savedItself.set([])
    },
  }
}

/** One rotated sign-in; undefined for anything that is not to be saved by itself. */
const keyOf = ({ observation: { signIn, account, proof: how }, proof }: Found): string | undefined =>
  signIn === 'signed-in' && how === 'rotated' && proof !== null ? `${account} ${proof.digest}` : undefined
