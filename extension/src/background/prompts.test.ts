import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryStored } from '../testing/memory-storage.ts'
import { samplePrompt } from '../testing/sample-prompt.ts'
import { createPrompts } from './prompts.ts'
import type { Stored } from './stored.ts'

const scene = (stored: Stored = memoryStored()) => {
  const surfaces = {
    show: vi.fn<() => Promise<void>>(async () => undefined),
    putAway: vi.fn<() => Promise<void>>(async () => undefined),
    clearNotification: vi.fn<() => Promise<void>>(async () => undefined),
  }
  const prompts = createPrompts({ surfaces, stored, changed: () => undefined, now: () => 0 })
  return { prompts, surfaces, stored }
}
const done = (id: string) => ({ id, how: 'done', text: 'Saved: 14 cookies.' }) as const

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a prompt', () => {
  test('opens a surface once, and not again when she has closed it', async () => {
    const { prompts, surfaces } = scene()
    const [first, second] = [samplePrompt(), samplePrompt()]
    await prompts.receive([first])
    await prompts.receive([first])
    expect(surfaces.show).toHaveBeenCalledTimes(1)
    await prompts.receive([first, second])
    expect(surfaces.show).toHaveBeenCalledTimes(2)
    await prompts.receive([second])
    expect(surfaces.show).toHaveBeenCalledTimes(2)
  })

  test('opens none again for a worker that was started anew', async () => {
    const prompt = samplePrompt()
    const before = scene()
    await before.prompts.receive([prompt])
    const after = scene(before.stored)
    await after.prompts.receive([prompt])
    expect(after.surfaces.show).not.toHaveBeenCalled()
    expect(after.prompts.list()).toEqual([prompt])
  })

  test('is still there where no surface can be opened', async () => {
    const { prompts, surfaces } = scene()
    surfaces.show.mockRejectedValueOnce(new Error('no window'))
    const prompt = samplePrompt()
    await prompts.receive([prompt])
    expect(prompts.list()).toEqual([prompt])
  })

  test('that is gone before its surface could open opens none', async () => {
    const { prompts, surfaces } = scene()
    await Promise.all([prompts.receive([samplePrompt()]), prompts.receive([])])
    expect(surfaces.show).not.toHaveBeenCalled()
  })
})

describe('the approval window', () => {
  test('closes a moment after the last outcome', async () => {
    const { prompts, surfaces, stored } = scene()
    const prompt = samplePrompt()
    await prompts.receive([prompt])
    await prompts.receive([])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(surfaces.putAway).not.toHaveBeenCalled()
    await prompts.ended(done(prompt.id))
    expect(await stored.outcome.get()).toMatchObject({ tone: 'good', text: 'Saved: 14 cookies.' })
    await vi.advanceTimersByTimeAsync(2_499)
    expect(surfaces.putAway).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(surfaces.putAway).toHaveBeenCalledTimes(1)
  })

  test('closes when no outcome comes', async () => {
    const { prompts, surfaces } = scene()
    await prompts.receive([samplePrompt()])
    await prompts.receive([])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(surfaces.putAway).toHaveBeenCalledTimes(1)
  })

  test('stays for the next question', async () => {
    const { prompts, surfaces } = scene()
    const [first, second] = [samplePrompt(), samplePrompt()]
    await prompts.receive([first, second])
    await prompts.ended(done(first.id))
    await vi.advanceTimersByTimeAsync(60_000)
    await prompts.ended(done(second.id))
    await prompts.receive([samplePrompt()])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(surfaces.putAway).not.toHaveBeenCalled()
  })

  test('stays when the companion is lost: that is no end', async () => {
    const { prompts, surfaces } = scene()
    await prompts.receive([samplePrompt()])
    prompts.lost()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(prompts.list()).toEqual([])
    expect(surfaces.putAway).not.toHaveBeenCalled()
  })
})
