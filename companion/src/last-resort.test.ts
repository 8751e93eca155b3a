import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { catchTheRest } from './last-resort.ts'

const caught = () => {
  const events = new EventEmitter()
  const seen: unknown[] = []
  const stop = catchTheRest(events, { onFault: (thrown) => seen.push(thrown), end: () => seen.push('end') })
  return { events, seen, stop }
}

it('logs a promise that nobody waited for, and goes on', () => {
  const { events, seen } = caught()
  events.emit('unhandledRejection', 'why')
  expect(seen).toEqual(['why'])
})

it('logs an exception that nobody caught, and ends', () => {
  const { events, seen } = caught()
  events.emit('uncaughtException', 'why')
  expect(seen).toEqual(['why', 'end'])
})

it('leaves no listener behind', () => {
  const { events, stop } = caught()
  expect(events.eventNames()).toHaveLength(3)
  stop()
  expect(events.eventNames()).toEqual([])
})
