import type { PromptEnd } from '@countersign/shared/protocol/messages'
import type { Prompt } from '@countersign/shared/approval/prompt'
import type { Outcome } from '../surface/messages.ts'
import type { Stored } from './stored.ts'
import type { Surfaces } from './surfaces.ts'

/** The open questions, as the companion last told them. It holds the truth; here is only what is shown. */
export type Prompts = {
  list(): readonly Prompt[]
  /** The whole list, oldest first. */
  receive(prompts: readonly Prompt[]): Promise<void>
  ended(end: PromptEnd): Promise<void>
  /** The companion is away: nothing can be answered now. It tells all again when it is back. */
  lost(): void
}

export type PromptsDeps = {
  readonly surfaces: Pick<Surfaces, 'show' | 'putAway' | 'clearNotification'>
  readonly stored: Pick<Stored, 'presented' | 'outcome'>
  changed(): void
  now(): number
}

/** Milliseconds that an outcome stands in the approval window before it closes, and that one is waited for. */
const outcomeStands = 2_500
const outcomeMayTake = 30_000

export const createPrompts = ({ surfaces, stored, changed, now }: PromptsDeps): Prompts => {
  let open: readonly Prompt[] = []
  let closing: ReturnType<typeof setTimeout> | undefined

  const putAwayAfter = (pause: number): void => {
    clearTimeout(closing)
    closing = setTimeout(() => {
      // Rejects when she has closed the window herself meanwhile.
      if (open.length === 0) surfaces.putAway().catch(() => undefined)
    }, pause)
  }

  return {
    list: () => open,
    async receive(prompts) {
      const before = open
      open = prompts
      changed()
      if (open.length === 0) {
        if (before.length === 0) return
        await surfaces.clearNotification()
        // The answer is given; the window stays for how it ends.
        return putAwayAfter(outcomeMayTake)
      }
      clearTimeout(closing)
      const presented = await stored.presented.get()
      const isNew = prompts.some(({ id }) => !presented.includes(id))
      // A newer list may have come meanwhile; it sees to itself.
      if (!isNew || open !== prompts) return
      await stored.presented.set(prompts.map(({ id }) => id))
      await stored.outcome.set(null)
      changed()
      // Where no surface can be opened the badge still says that somebody waits.
      await surfaces.show().catch(() => undefined)
    },
    async ended(end) {
      await stored.outcome.set({ tone: tones[end.how], text: end.text, at: new Date(now()).toISOString() })
      open = open.filter(({ id }) => id !== end.id)
      changed()
      if (open.length > 0) return
      await surfaces.clearNotification()
      putAwayAfter(outcomeStands)
    },
    lost() {
      open = []
    },
  }
}

const tones = {
  done: 'good',
  failed: 'bad',
  denied: 'plain',
  'answered-elsewhere': 'plain',
  cancelled: 'plain',
  'timed-out': 'plain',
  changed: 'plain',
} as const satisfies Record<PromptEnd['how'], Outcome['tone']>
