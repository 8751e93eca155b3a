import type { Session } from '@countersign/shared/session/session'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { instantDigests } from '../testing/instant-digests.ts'
import { memoryStored } from '../testing/memory-storage.ts'
import { overviewWith, savedAccount } from '../testing/saved-account.ts'
import { createSavesItself } from './saves-itself.ts'
import type { Found } from './sign-in-watch.ts'
import type { Stored } from './stored.ts'
import { madeCookie } from '@countersign/shared/session/testing/made-cookie'

const account = 'example-freelancer'
const salt = 'a'.repeat(64)
const minute = 60_000
const token = (value: string) => madeCookie('master_access_token', value)
const sessionWith = (value: string, more: Partial<Session> = {}): Session => ({
  format: 1,
  site: 'upwork',
  account,
  signIn: 'signed-in',
  capturedAt: '2026-11-22T12:00:00.000Z',
  userAgent: 'Chrome',
  languages: ['en'],
  timeZone: 'UTC',
  cookies: [token(value)],
  origins: [],
  leftOut: [],
  ...more,
})
const rotatedTo = async (value: string, more: Partial<Found['observation']> = {}): Promise<Found> => ({
  observation: { signIn: 'signed-in', account, proof: 'rotated', ...more },
  proof: { salt, digest: await signInDigest(salt, [token(value)]) },
})

/** A worker in which she has turned it on, for the one account that is saved. */
const scene = async (stored: Stored = memoryStored()) => {
  const saved: string[] = []
  const alarms: (number | undefined)[] = []
  const state = { browser: sessionWith('two'), blocked: false, refuses: false, tab: true }
  const itself = createSavesItself({
    stored,
    capture: {
      capture: async () =>
        state.tab
          ? {
              kind: 'captured',
              session: state.browser,
              outline: {
                identity: { account, signIn: 'signed-in', store: '0', origin: 'https://www.upwork.com' },
                tab: { id: 1, origin: 'https://www.upwork.com', path: '/' },
                why: '',
                cookies: 1,
                cookieNames: [],
                storage: [],
                leftOut: [],
              },
            }
          : { kind: 'no-tab' },
    },
    connection: {
      request: async (method, params) => {
        saved.push(JSON.stringify(z.encode(method.params, params)))
        if (state.refuses) throw new Error('disk_full')
        return method.result.parse({ kind: 'refused', code: 'disk_full', reason: 'x', next: 'y' })
      },
    },
    alarms: {
      create: async (...what: readonly unknown[]) => void alarms.push(whenOf(what[1])),
    },
    find: async () => rotatedTo(state.browser.cookies[0]?.value.reveal() ?? ''),
    blocked: async () => state.blocked,
    now: () => Date.now(),
  })
  await stored.overview.set(overviewWith([savedAccount({ observed: 'rotated' })]))
  await itself.turn(account, true)
  /** What a look finds, and what comes of it in the next seconds. */
  const look = async (value = 'two', more: Partial<Found['observation']> = {}) => {
    state.browser = sessionWith(value)
    await itself.consider(await rotatedTo(value, more))
    await vi.advanceTimersByTimeAsync(3_000)
  }
  return { itself, stored, saved, alarms, state, look }
}
const whenOf = (info: unknown): number | undefined =>
  typeof info === 'object' && info !== null && 'when' in info && typeof info.when === 'number' ? info.when : undefined

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') })
  instantDigests()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a rotation', () => {
  test('is saved once it has settled, and said to be one', async () => {
    const { look, saved } = await scene()
    await look()
    expect(saved).toHaveLength(1)
    expect(saved[0]).toContain('"by":"rotation"')
  })

  test('is not saved while she has not turned it on for that account, nor after she has turned it off', async () => {
    const { look, saved, itself } = await scene()
    await look('two', { account: 'second-example' })
    await itself.turn(account, false)
    await look()
    expect(saved).toEqual([])
  })

  test('turned off while it settles is not saved', async () => {
    const { itself, saved } = await scene()
    await itself.consider(await rotatedTo('two'))
    await itself.turn(account, false)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(saved).toEqual([])
  })

  test.each([
    ['the same', { proof: 'same' }],
    ['nothing to compare with', { proof: null }],
    ['uncertain', { signIn: 'uncertain' }],
    ['signed out', { signIn: 'signed-out' }],
  ] as const)('%s is none', async (_case, more) => {
    const { look, saved } = await scene()
    await look('two', more)
    expect(saved).toEqual([])
  })

  test('is not saved while all agents are paused or an alarm stands, and is afterwards', async () => {
    const { look, saved, state } = await scene()
    state.blocked = true
    await look()
    expect(saved).toEqual([])
    state.blocked = false
    await look()
    expect(saved).toHaveLength(1)
  })

  test('that has changed again, before it had settled, is not saved as it was', async () => {
    const { itself, saved, state } = await scene()
    await itself.consider(await rotatedTo('two'))
    state.browser = sessionWith('three')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(saved).toEqual([])
  })

  test.each([
    ['another account', sessionWith('two', { account: 'second-example' })],
    ['an uncertain sign-in', sessionWith('two', { signIn: 'uncertain' })],
  ])('is not saved where the page turns out to have %s', async (_case, session) => {
    const { itself, saved, state } = await scene()
    await itself.consider(await rotatedTo('two'))
    state.browser = session
    await vi.advanceTimersByTimeAsync(10_000)
    expect(saved).toEqual([])
  })

  test.each(['same', null] as const)(
    'is not saved where the companion hears of all browsers together: %s',
    async (observed) => {
      const { look, saved, stored } = await scene()
      await stored.overview.set(overviewWith([savedAccount({ observed })]))
      await look()
      expect(saved).toEqual([])
    },
  )

  test('waits for an Upwork tab, and costs no five minutes meanwhile', async () => {
    const { look, saved, state } = await scene()
    state.tab = false
    await look()
    state.tab = true
    await look()
    expect(saved).toHaveLength(1)
  })
})

describe('the five minutes', () => {
  test('pass between two saves of an account, also over the end of a worker, and then the last one is saved', async () => {
    const { look, saved, stored, alarms } = await scene()
    await look()
    const first = Date.now()
    await vi.advanceTimersByTimeAsync(minute)
    await look('three')
    expect(saved).toHaveLength(1)
    expect(alarms.at(-1)).toBeGreaterThan(first + 4.9 * minute)

    const after = await scene(stored)
    await vi.advanceTimersByTimeAsync(2 * minute)
    await after.look('four')
    expect(after.saved).toEqual([])
    vi.setSystemTime((after.alarms.at(-1) ?? 0) - 1)
    await after.look('four')
    expect(after.saved).toEqual([])
    vi.setSystemTime(after.alarms.at(-1) ?? 0)
    await after.look('four')
    expect(after.saved).toHaveLength(1)
    expect(after.saved[0]).toContain('four')
  })

  test('begin anew when the clock was set back: it makes it no more often', async () => {
    const { look, saved } = await scene()
    await look()
    vi.setSystemTime(Date.now() - 60 * minute)
    await look('three')
    await vi.advanceTimersByTimeAsync(4.9 * minute)
    await look('three')
    expect(saved).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(minute)
    await look('three')
    expect(saved).toHaveLength(2)
  })

  test('are taken by a save that failed, too', async () => {
    const { look, saved, state } = await scene()
    state.refuses = true
    await look()
    await look()
    expect(saved).toHaveLength(1)
  })
})

describe('her choice', () => {
  test('is for a saved account alone, and goes with what is saved of it', async () => {
    const { itself, stored } = await scene()
    await expect(itself.turn('second-example', true)).rejects.toMatchObject({ code: 'no_such_session' })
    expect(await stored.savesItself.get()).toEqual([account])
    await itself.turn(account, true)
    await itself.keep([account, 'second-example'])
    expect(await stored.savesItself.get()).toEqual([account])
    await itself.keep(['second-example'])
    expect(await stored.savesItself.get()).toEqual([])
  })

  test('goes with the pairing', async () => {
    const { itself, stored, look, saved } = await scene()
    await itself.consider(await rotatedTo('two'))
    await itself.forget()
    await vi.advanceTimersByTimeAsync(10_000)
    await look()
    expect(saved).toEqual([])
    expect(await stored.savesItself.get()).toEqual([])
  })
})
