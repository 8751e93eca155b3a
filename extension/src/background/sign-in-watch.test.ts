import { observation as observationShape, type Observation } from '@countersign/shared/session/observation'
import { signInDigest } from '@countersign/shared/session/sign-in-mark'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { instantDigests } from '../testing/instant-digests.ts'
import { overviewWith, savedAccount } from '../testing/saved-account.ts'
import type { SignInNow } from './sign-in-now.ts'
import { createSignInWatch, type Found } from './sign-in-watch.ts'
import { madeCookie } from '@countersign/shared/session/testing/made-cookie'

const canary = 'canary-3d7a'
const salt = 'a'.repeat(64)
const holding = (value: string, more: Partial<SignInNow> = {}): SignInNow => ({
  signIn: 'signed-in',
  account: 'example-freelancer',
  cookies: [madeCookie('master_access_token', `${canary}-${value}`)],
  ...more,
})
const savedWith = async (value: string, version = 1) =>
  overviewWith([savedAccount({ version, mark: { salt, digest: await signInDigest(salt, holding(value).cookies) } })])

const scene = async () => {
  const said: Observation[] = []
  const found: Found[] = []
  const state = { now: holding('one'), overview: await savedWith('one'), reads: 0, reachable: true }
  const watch = createSignInWatch({
    read: async () => {
      state.reads += 1
      return state.now
    },
    overview: async () => state.overview,
    observe: async (observation) => {
      if (!state.reachable) throw new Error('not there')
      said.push(observation)
    },
    found: async (each) => void found.push(each),
    now: () => Date.now(),
  })
  const token = { name: 'master_access_token', httpOnly: true }
  const settle = () => vi.advanceTimersByTimeAsync(300)
  return { watch, state, said, found, token, settle }
}
const words = (said: readonly Observation[]) => said.map(({ signIn, proof }) => proof ?? signIn)

beforeEach(() => {
  vi.useFakeTimers()
  instantDigests()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a look at the sign-in', () => {
  test('tells whether the proof is the saved one, and no value of it', async () => {
    const { watch, state, said } = await scene()
    await watch.look()
    state.now = holding('two')
    await watch.look()
    expect(said).toEqual([
      { signIn: 'signed-in', account: 'example-freelancer', proof: 'same' },
      { signIn: 'signed-in', account: 'example-freelancer', proof: 'rotated' },
    ])
    expect(said.map((each) => observationShape.parse(each))).toEqual(said)
    expect(JSON.stringify(said)).not.toContain(canary)
  })

  test.each([
    ['signed out', holding('one', { signIn: 'signed-out' })],
    ['uncertain', holding('one', { signIn: 'uncertain', account: 'unknown' })],
    ['another account', holding('one', { account: 'second-example' })],
  ])('compares nothing where it is %s', async (_case, now) => {
    const { watch, state, said } = await scene()
    state.now = now
    await watch.look()
    expect(said).toEqual([{ signIn: now.signIn, account: now.account, proof: null }])
  })

  test('says the same once on a connection, and again on the next', async () => {
    const { watch, said } = await scene()
    await Promise.all([watch.look(), watch.look(), watch.look()])
    await watch.look()
    expect(said).toHaveLength(1)
    expect(watch.hasSaid()).toBe(true)
    watch.lost()
    expect(watch.hasSaid()).toBe(false)
    await watch.look()
    expect(said).toHaveLength(2)
  })

  test('says it again against the mark of a newer version', async () => {
    const { watch, state, said, settle } = await scene()
    await watch.look()
    state.overview = await savedWith('one', 2)
    watch.told(state.overview)
    await settle()
    expect(words(said)).toEqual(['same', 'same'])
    watch.told(state.overview)
    await settle()
    expect(state.reads).toBe(2)
  })

  test('that did not arrive is said once the companion tells something', async () => {
    const { watch, state, said, settle } = await scene()
    state.reachable = false
    await watch.look()
    expect(watch.hasSaid()).toBe(false)
    state.reachable = true
    watch.told(state.overview)
    await settle()
    expect(words(said)).toEqual(['same'])
  })

  test('goes on after a browser that could not be read', async () => {
    const { watch, state, said } = await scene()
    const now = state.now
    Object.defineProperty(state, 'now', {
      configurable: true,
      get: () => {
        throw new Error('no')
      },
    })
    await watch.look()
    Object.defineProperty(state, 'now', { value: now })
    await watch.look()
    expect(words(said)).toEqual(['same'])
  })

  test('comes again while the tab is on a sign-in page, which it may leave without a change of cookies', async () => {
    const { watch, state, said } = await scene()
    state.now = holding('one', { signIn: 'uncertain' })
    await watch.look()
    await vi.advanceTimersByTimeAsync(4_000)
    expect(state.reads).toBe(3)
    state.now = holding('one')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(words(said)).toEqual(['uncertain', 'same'])
    expect(state.reads).toBe(4)
  })
})

describe('a change of cookies', () => {
  test('costs one look for all of a page load, and none where it is not about the sign-in', async () => {
    const { watch, state, token, settle } = await scene()
    for (let count = 0; count < 200; count += 1) watch.cookieChanged({ name: `visitor_${count}`, httpOnly: true })
    watch.cookieChanged({ name: '__Host-theme', httpOnly: false })
    await settle()
    expect(state.reads).toBe(0)
    for (let count = 0; count < 50; count += 1) watch.cookieChanged(token)
    await settle()
    expect(state.reads).toBe(1)
  })

  test.each([['master_access_token'], ['__Host-session'], ['__Secure-device'], ['console_user'], ['user_uid']])(
    'of %s is looked at',
    async (name) => {
      const { watch, said, settle } = await scene()
      watch.cookieChanged({ name, httpOnly: true })
      await settle()
      expect(words(said)).toEqual(['same'])
    },
  )

  test('is looked at in the end, however long a page goes on changing them', async () => {
    const { watch, state, token } = await scene()
    for (let count = 0; count < 60; count += 1) {
      watch.cookieChanged(token)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(state.reads).toBeGreaterThanOrEqual(2)
    expect(state.reads).toBeLessThanOrEqual(4)
  })
})
