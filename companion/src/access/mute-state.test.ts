import { describe, expect, it } from 'vitest'
import { afterDenial, afterMute, afterUnmute, isMuted, type MuteState, mutedLongest, neverMuted } from './mute-state.ts'

const start = Date.parse('2026-11-22T12:00:00Z')
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

type Step = readonly [after: number, what: 'mute' | 'unmute' | (string & {})]

/** What becomes of one asker: each step so many milliseconds after the start; what is no `mute` or `unmute` is an action denied. */
const after = (...steps: readonly Step[]): MuteState => {
  let state = neverMuted('Claude Code')
  for (const [at, what] of steps) {
    if (what === 'mute') state = afterMute(state, start + at)
    else if (what === 'unmute') state = afterUnmute(state, start + at, 1)
    else state = afterDenial(state, what, start + at)
  }
  return state
}

describe('clicks on Deny', () => {
  it.each<[name: string, steps: readonly Step[], muted: boolean]>([
    ['one does not', [[0, 'a']], false],
    [
      'two for the same within a minute do',
      [
        [0, 'a'],
        [minute - 1, 'a'],
      ],
      true,
    ],
    [
      'two a minute apart do not',
      [
        [0, 'a'],
        [minute, 'a'],
      ],
      false,
    ],
    [
      'two for different things do not',
      [
        [0, 'a'],
        [second, 'b'],
      ],
      false,
    ],
    [
      'two with another between do',
      [
        [0, 'a'],
        [second, 'b'],
        [2 * second, 'a'],
      ],
      true,
    ],
    [
      'of three, the last two within a minute do',
      [
        [0, 'a'],
        [50 * second, 'b'],
        [70 * second, 'b'],
      ],
      true,
    ],
    [
      'one before an unmuting does not count for one after it',
      [
        [0, 'a'],
        [second, 'mute'],
        [2 * second, 'unmute'],
        [3 * second, 'a'],
      ],
      false,
    ],
  ])('%s mute', (_name, steps, muted) => {
    const [last] = steps.at(-1) ?? [0]
    expect(isMuted(after(...steps), start + last)).toBe(muted)
  })
})

describe('a mute', () => {
  const lengths = (pauses: readonly number[]): readonly number[] => {
    let state = neverMuted('Claude Code')
    let now = start
    return pauses.map((pause) => {
      now = Math.max(now, state.until) + pause
      state = afterMute(state, now)
      return state.minutes
    })
  }

  it('is twice as long as the one before, and never longer than a day', () => {
    expect(lengths([0, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440])
  })

  it('is short again after a day without one, and not before', () => {
    expect(lengths([0, 0, day - 1, day, 0])).toEqual([15, 30, 60, 15, 30])
  })

  it('holds from its first moment to its last', () => {
    const state = after([0, 'mute'])
    expect([0, 15 * minute - 1, 15 * minute].map((at) => isMuted(state, start + at))).toEqual([true, true, false])
  })

  it('is not made longer by another, and ends when she unmutes; the next one is longer all the same', () => {
    expect(after([0, 'mute'], [minute, 'mute']).until).toBe(start + 15 * minute)
    const unmuted = after([0, 'mute'], [minute, 'unmute'])
    expect(isMuted(unmuted, start + minute)).toBe(false)
    expect(afterMute(unmuted, start + 2 * minute).minutes).toBe(30)
  })

  it('of which nothing is known any more lasts as long as one can', () => {
    expect(mutedLongest('x', start).until).toBe(start + day)
  })
})
