import { describe, expect, test } from 'vitest'
import { memoryStored } from '../testing/memory-storage.ts'
import { overviewWith, savedAccount } from '../testing/saved-account.ts'
import type { Stored } from './stored.ts'
import { createWeatherNotice } from './weather-notice.ts'

const scene = (stored: Stored = memoryStored()) => {
  const done: string[] = []
  let now = Date.parse('2026-11-22T12:00:00Z')
  const notice = createWeatherNotice({
    stored,
    notify: async (message) => done.push(message),
    clear: async () => done.push('clear'),
    now: () => now,
  })
  const pass = (hours: number) => {
    now += hours * 60 * 60_000
  }
  return { done, notice, stored, pass }
}
const fresh = overviewWith([savedAccount({ name: 'Design work' })])
const rotated = overviewWith([savedAccount({ name: 'Design work', observed: 'rotated' })])
const signedOut = overviewWith([savedAccount({ name: 'Design work', observed: 'signed-out' })])
const told: unknown = expect.stringContaining('Design work: Upwork has changed your sign-in since')

describe('the word about the weather', () => {
  test('comes once for a turn, however often it is looked at and whatever becomes of the worker', async () => {
    const { done, notice, stored } = scene()
    await notice.look(fresh, [])
    await Promise.all([notice.look(rotated, []), notice.look(rotated, [])])
    expect(done).toEqual(['clear', told])
    const after = scene(stored)
    await after.notice.look(rotated, [])
    expect(after.done).toEqual([])
  })

  test('goes when it is saved again, and comes at the next turn of that version', async () => {
    const { done, notice } = scene()
    await notice.look(rotated, [])
    const saved = { name: 'Design work', version: 2, savedAt: '2026-11-22T12:00:00.000Z' }
    await notice.look(overviewWith([savedAccount({ ...saved, observed: 'same' })]), [])
    await notice.look(overviewWith([savedAccount({ ...saved, observed: 'rotated' })]), [])
    expect(done).toEqual([told, 'clear', told])
  })

  test('comes once for each kind of turn: to and fro between two is no news', async () => {
    const { done, notice } = scene()
    for (const overview of [rotated, signedOut, rotated, signedOut, rotated]) await notice.look(overview, [])
    expect(done).toEqual([told, expect.stringContaining('Your browser is signed out of Upwork')])
  })

  test('comes for what time alone does', async () => {
    const { done, notice, pass } = scene()
    const same = overviewWith([savedAccount({ observed: 'same' })])
    await notice.look(same, [])
    pass(11 * 24 + 1)
    await notice.look(same, [])
    await notice.look(same, [])
    pass(24)
    await notice.look(same, [])
    expect(done).toEqual(['clear', expect.stringContaining('within a day'), expect.stringContaining('has ended')])
  })

  test('is one for several accounts', async () => {
    const { done, notice } = scene()
    const both = [
      savedAccount({ observed: 'signed-out' }),
      savedAccount({ id: 'second-example', observed: 'signed-out' }),
    ]
    await notice.look(overviewWith(both), [])
    expect(done).toHaveLength(1)
    expect(done[0]).toMatch(/^example-freelancer, second-example: Your browser is signed out/)
  })

  test.each([
    ['another account', savedAccount({ observed: 'another-account' })],
    ['an uncertain sign-in', savedAccount({ observed: 'uncertain' })],
    ['age', savedAccount({ savedAt: '2026-11-01T12:00:00.000Z' })],
    [
      'an expired one of an account that the browser is not signed in to',
      savedAccount({ observed: 'another-account', expiresAt: '2026-11-21T12:00:00.000Z' }),
    ],
  ])('does not come for %s', async (_what, account) => {
    const { done, notice } = scene()
    await notice.look(overviewWith([account]), [])
    expect(done).toEqual(['clear'])
  })

  test('does not come for a rotation that is about to be saved by itself', async () => {
    const { done, notice } = scene()
    await notice.look(rotated, ['example-freelancer'])
    expect(done).toEqual(['clear'])
    await notice.look(signedOut, ['example-freelancer'])
    expect(done).toHaveLength(2)
  })

  test('shows what could not be seen in a name', async () => {
    const { done, notice } = scene()
    await notice.look(overviewWith([savedAccount({ name: 'a\u202eb', observed: 'rotated' })]), [])
    expect(done[0]).toContain('a⟨U+202E⟩b: ')
  })
})
