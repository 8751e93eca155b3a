import { timeLeft } from '@countersign/shared/time-left'

/** The small change of the pages' sentences: counts, lists, times. */

export const count = (amount: number, one: string, many = `${one}s`): string => `${amount} ${amount === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`

const bytes = (amount: number): string => {
  if (amount < 1000) return count(amount, 'byte')
  return amount < 950_000 ? `${Math.round(amount / 1000)} kB` : `${(amount / 1_000_000).toFixed(1)} MB`
}

/** Why an origin's storage was not taken along; 0 bytes stand for a tab that did not answer. */
export const whyLeftOut = (size: number): string =>
  size === 0 ? 'its tab did not answer' : `too large, ${bytes(size)}`

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const calendarDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** How long ago, coarse enough that it seldom changes while somebody reads. Times are milliseconds since 1970. */
export const ago = (then: number, now: number): string => {
  const passed = now - then
  if (passed < minute) return 'just now'
  if (passed < hour) return `${count(Math.floor(passed / minute), 'minute')} ago`
  if (passed < day) return `${count(Math.floor(passed / hour), 'hour')} ago`
  if (passed < 30 * day) return `${count(Math.floor(passed / day), 'day')} ago`
  return `on ${calendarDay.format(then)}`
}

/** The same for a column where space is short: `now`, `5m`, `3h`, `2d`, or the date. */
export const shortAgo = (then: number, now: number): string => {
  const passed = now - then
  if (passed < minute) return 'now'
  if (passed < hour) return `${Math.floor(passed / minute)}m`
  if (passed < day) return `${Math.floor(passed / hour)}h`
  if (passed < 30 * day) return `${Math.floor(passed / day)}d`
  return calendarDay.format(then)
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** A time of this day, or with its date: `16:40`, `16:40 on 25 Nov 2026`. */
export const timeOf = (then: number, now: number): string => {
  const date = calendarDay.format(then)
  return `${clockTime.format(then)}${date === calendarDay.format(now) ? '' : ` on ${date}`}`
}

/** When a sign-in ends by its own date. */
export const expires = (then: number, now: number): string => {
  const left = then - now
  if (left <= 0) return 'has expired'
  if (left < hour) return 'expires within the hour'
  if (left < day) return `expires in ${count(Math.floor(left / hour), 'hour')}`
  return `expires in ${count(Math.floor(left / day), 'day')}`
}

/** How long a yes that was given before still counts; null: until its browser closes. */
export const countsFor = (until: number | null, now: number, here: boolean): string => {
  if (until === null) return `until ${here ? 'this' : 'that'} browser closes`
  return `${timeLeft(until, now)} left`
}

/** How long a question still waits: in minutes first, in seconds at the end. */
export const waits = (deadline: number, now: number): string => {
  const seconds = Math.ceil((deadline - now) / 1000)
  if (seconds <= 0) return 'Its time is up'
  if (seconds <= 90) return `Waits ${count(seconds, 'more second', 'more seconds')}`
  return `Waits ${Math.round(seconds / 60)} more minutes`
}
