import { z } from 'zod'

/**
 * What is remembered of one asker: her clicks on Deny within the last minute, and how long it is muted. Pure; times are milliseconds
 * since 1970 of a clock that never runs backwards.
 */
export const muteState = z.strictObject({
  label: z.string(),
  /** When this was written. */
  at: z.int(),
  /** It is muted before that moment. For one that is not muted: when its last mute ended, or 0. */
  until: z.int(),
  /** For how many minutes it was muted last; 0 for one that never was. */
  minutes: z.int(),
  denials: z.array(z.strictObject({ action: z.string(), at: z.int() })),
  /** The ledger's entry by which it was unmuted last, or one soon after; 0 for one that never was. */
  lifted: z.int(),
})
export type MuteState = z.output<typeof muteState>

const minute = 60_000
const first = 15
const longest = 24 * 60
/**
 * Milliseconds without a mute after which the next one is short again. An agent that behaved for a day is not the loop of yesterday; and
 * as no mute is longer than that, one that goes on as soon as it may never sees a short one.
 */
const forgotten = longest * minute

export const neverMuted = (label: string): MuteState => ({
  label,
  at: 0,
  until: 0,
  minutes: 0,
  denials: [],
  lifted: 0,
})

export const isMuted = ({ until }: MuteState, now: number): boolean => now < until

/** After a click on Deny; the second one for the same action within a minute mutes. */
export const afterDenial = (state: MuteState, action: string, now: number): MuteState => {
  if (isMuted(state, now)) return state
  const recent = state.denials.filter(({ at }) => at > now - minute)
  if (recent.some((earlier) => earlier.action === action)) return afterMute(state, now)
  return { ...state, at: now, denials: [...recent, { action, at: now }] }
}

/** Each mute is twice as long as the one before. One that is muted already stays so for as long as it was. */
export const afterMute = (state: MuteState, now: number): MuteState => {
  if (isMuted(state, now)) return state
  const fresh = state.minutes === 0 || now >= state.until + forgotten
  const minutes = fresh ? first : Math.min(state.minutes * 2, longest)
  return { ...state, at: now, until: now + minutes * minute, minutes, denials: [] }
}

/** @param lifted the ledger's entry that tells of it */
export const afterUnmute = (state: MuteState, now: number, lifted: number): MuteState => ({
  ...state,
  lifted,
  at: now,
  until: isMuted(state, now) ? now : state.until,
  denials: [],
})

/** Muted for as long as an asker can be: for one of which nobody can tell any more how it stood. */
export const mutedLongest = (label: string, now: number): MuteState => ({
  ...neverMuted(label),
  at: now,
  until: now + longest * minute,
  minutes: longest,
})
