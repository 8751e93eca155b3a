/**
 * Decides which clicks and keys on Approve, Deny and "Deny and mute" are the person's answer. A prompt opens by itself, under a pointer that was
 * about to press something else and into a hand that is typing; so an answer has to be begun and finished on a prompt that
 * has been on the screen for a second. Pure: the page tells it what happened and when.
 */
export type AnswerButton = 'approve' | 'deny' | 'deny-and-mute'

/** Milliseconds from the paint of a prompt until its buttons work. */
export const armDelay = 1000
/** Milliseconds without a key (Tab aside) before a key may press a button. */
export const keyQuiet = 500
/** Assistive technology presses by mouse events alone; those that follow a real pointer's event are its echo. */
const pointerEcho = 1000

export type Guard = {
  /** When the buttons begin to work; never, while the prompt is not on the screen. */
  readonly armsAt: number
  readonly lastKeyAt: number
  readonly lastPointerAt: number
  /** A press that was begun on a button as it should be. */
  readonly press: { readonly by: 'pointer' | 'key'; readonly button: AnswerButton } | null
}

/** All times are in milliseconds of one clock; `button` is the one under the pointer or in focus, if any. */
export type GuardEvent =
  /** The prompt was painted, and is what it is now since then. */
  | { readonly kind: 'shown'; readonly at: number }
  /** It changed, can't be seen, or was answered. */
  | { readonly kind: 'hidden'; readonly at: number }
  | {
      readonly kind: 'key-down'
      readonly at: number
      readonly key: string
      readonly button: AnswerButton | null
      readonly trusted: boolean
      readonly repeat: boolean
    }
  | {
      readonly kind: 'pointer-down' | 'mouse-down'
      readonly at: number
      readonly button: AnswerButton | null
      readonly trusted: boolean
      /** The first finger, or the main button of a mouse. */
      readonly primary: boolean
    }
  | {
      readonly kind: 'click'
      readonly at: number
      readonly button: AnswerButton | null
      readonly trusted: boolean
      /** How many clicks in a row; 0 for a key's. */
      readonly detail: number
    }

export const unarmedGuard: Guard = { armsAt: Infinity, lastKeyAt: -Infinity, lastPointerAt: -Infinity, press: null }

export const isArmed = (guard: Guard, at: number): boolean => at >= guard.armsAt

/** What comes after an event, and the answer that it gave, if it gave one. */
export const step = (guard: Guard, event: GuardEvent): { guard: Guard; answer: AnswerButton | null } => {
  switch (event.kind) {
    case 'shown':
      return noAnswer({ ...guard, armsAt: event.at + armDelay, press: null })
    case 'hidden':
      return noAnswer({ ...guard, armsAt: Infinity, press: null })
    case 'key-down': {
      const press = keyPresses(guard, event) ? { by: 'key' as const, button: event.button } : null
      return noAnswer({ ...guard, press, lastKeyAt: event.key === 'Tab' ? guard.lastKeyAt : event.at })
    }
    case 'mouse-down':
    case 'pointer-down': {
      const echo = event.kind === 'mouse-down' && event.at - guard.lastPointerAt < pointerEcho
      if (echo) return noAnswer(guard)
      const press = pointerPresses(guard, event) ? { by: 'pointer' as const, button: event.button } : null
      return noAnswer({
        ...guard,
        press,
        lastPointerAt: event.kind === 'pointer-down' ? event.at : guard.lastPointerAt,
      })
    }
    case 'click':
      break
  }
  // Answered once: until it is shown anew, nothing more counts.
  if (finishes(guard, event)) return { guard: { ...guard, armsAt: Infinity, press: null }, answer: event.button }
  return noAnswer({ ...guard, press: null })
}

type KeyDown = Extract<GuardEvent, { kind: 'key-down' }>
type PointerDown = Extract<GuardEvent, { kind: 'pointer-down' | 'mouse-down' }>
type Click = Extract<GuardEvent, { kind: 'click' }>

const noAnswer = (guard: Guard) => ({ guard, answer: null })

// Space presses any of the buttons; Enter, which people hit to get rid of things, can only deny.
const keyPresses = (guard: Guard, event: KeyDown): event is KeyDown & { button: AnswerButton } =>
  event.button !== null &&
  event.trusted &&
  !event.repeat &&
  (event.key === ' ' || (event.key === 'Enter' && event.button !== 'approve')) &&
  isArmed(guard, event.at) &&
  event.at - guard.lastKeyAt >= keyQuiet

const pointerPresses = (guard: Guard, event: PointerDown): event is PointerDown & { button: AnswerButton } =>
  event.button !== null && event.trusted && event.primary && isArmed(guard, event.at)

const finishes = ({ press }: Guard, event: Click): boolean =>
  press !== null &&
  event.trusted &&
  press.button === event.button &&
  (press.by === 'key' ? event.detail === 0 : event.detail <= 1)
