import { expect, test } from 'vitest'
import { memoryArea } from '../testing/memory-storage.ts'
import { createStored } from './stored.ts'

const areas = () => ({ local: memoryArea(), session: memoryArea() })
const pin = { companion: 'A'.repeat(87), port: 47_616, fingerprint: '7K2M-9QXD', pairedAt: '2026-11-22T12:00:00.000Z' }

test('gives back what was stored, and where it belongs', async () => {
  const { local, session } = areas()
  const stored = createStored({ local, session })
  await stored.pin.set(pin)
  await stored.presented.set([])
  expect(await stored.pin.get()).toEqual(pin)
  expect(Object.keys(local.values)).toEqual(['pin'])
  expect(Object.keys(session.values)).toEqual(['presented'])
})

test.each([[{ ...pin, port: 0 }], [{ ...pin, companion: 'short' }], [{ ...pin, more: 1 }], ['text'], [null]])(
  'takes %j for no pairing at all',
  async (value) => {
    const { local, session } = areas()
    await local.set({ pin: value })
    expect(await createStored({ local, session }).pin.get()).toBeNull()
  },
)

test('makes changes one after the other', async () => {
  const stored = createStored(areas())
  const numbers = await Promise.all(Array.from({ length: 20 }, () => stored.sequence.update((last) => last + 1)))
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
})

test('goes on after a change that failed', async () => {
  const stored = createStored(areas())
  const failing = stored.sequence.update(() => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await stored.sequence.update((last) => last + 1)).toBe(1)
})
