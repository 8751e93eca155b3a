import { expect, it, onTestFinished } from 'vitest'
import { withSignals } from './linked-signal.ts'

it('follows its sources until it is done, and then no longer', async () => {
  const source = new AbortController()
  const linked = await withSignals([new AbortController().signal, source.signal], async (signal) => signal)
  source.abort('too late')
  expect(linked.aborted).toBe(false)
  const again = new AbortController()
  await withSignals([again.signal], async (signal) => {
    again.abort('gone')
    expect(signal.reason).toBe('gone')
  })
})

it('may follow one source as often as there are calls, and Node says nothing of it', async () => {
  const warnings: unknown[] = []
  const warned = (warning: unknown) => void warnings.push(warning)
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))
  const { signal } = new AbortController()
  await Promise.all(Array.from({ length: 20 }, () => withSignals([signal], () => new Promise(setImmediate))))
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
})
