import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnswerButton, armDelay, type GuardEvent, isArmed, keyQuiet, step, unarmedGuard } from './approve-guard.ts'

const shown = (at: number): GuardEvent => ({ kind: 'shown', at })
const hidden = (at: number): GuardEvent => ({ kind: 'hidden', at })
const key = (at: number, key: string, button: AnswerButton | null = 'approve', more = {}): GuardEvent => ({
  kind: 'key-down',
  at,
  key,
  button,
  trusted: true,
  repeat: false,
  ...more,
})
const down = (at: number, button: AnswerButton | null = 'approve', more = {}): GuardEvent => ({
  kind: 'pointer-down',
  at,
  button,
  trusted: true,
  primary: true,
  ...more,
})
const mouse = (at: number, button: AnswerButton | null = 'approve'): GuardEvent => ({
  kind: 'mouse-down',
  at,
  button,
  trusted: true,
  primary: true,
})
const click = (at: number, button: AnswerButton | null = 'approve', detail = 1, trusted = true): GuardEvent => ({
  kind: 'click',
  at,
  button,
  trusted,
  detail,
})

const answers = (events: readonly GuardEvent[]): AnswerButton[] => {
  let guard = unarmedGuard
  const given: AnswerButton[] = []
  for (const event of events) {
    const after = step(guard, event)
    guard = after.guard
    if (after.answer !== null) given.push(after.answer)
  }
  return given
}

const truth: [name: string, events: GuardEvent[], answers: AnswerButton[]][] = [
  ['a click after a second approves', [shown(0), down(1000), click(1050)], ['approve']],
  ['a click after a second denies', [shown(0), down(1000, 'deny'), click(1050, 'deny')], ['deny']],
  [
    'a click denies and mutes',
    [shown(0), down(1000, 'deny-and-mute'), click(1050, 'deny-and-mute')],
    ['deny-and-mute'],
  ],
  ['a hasty click does not mute', [shown(0), down(999, 'deny-and-mute'), click(1050, 'deny-and-mute')], []],
  ['a press begun on Deny does not mute', [shown(0), down(1500, 'deny'), click(1600, 'deny-and-mute')], []],
  ['a press begun on Deny and mute does not approve', [shown(0), down(1500, 'deny-and-mute'), click(1600)], []],
  [
    'Enter on Deny and mute denies',
    [shown(0), key(1600, 'Enter', 'deny-and-mute'), click(1600, 'deny-and-mute', 0)],
    ['deny-and-mute'],
  ],
  ['a hasty click does nothing', [shown(0), down(999), click(1050)], []],
  ['nothing works before it was shown', [down(5000), click(5050)], []],
  ['a change starts the second anew', [shown(0), shown(900), down(1800), click(1850)], []],
  ['a press begun before a change does not end after it', [shown(0), down(1500), shown(1600), click(3000)], []],
  ['a hidden prompt takes no click', [shown(0), hidden(1500), down(2000), click(2050)], []],
  ['a press begun elsewhere does not end on the button', [shown(0), down(1500, null), click(1600)], []],
  ['a press begun on Deny does not approve', [shown(0), down(1500, 'deny'), click(1600)], []],
  ['a click without a press does nothing', [shown(0), click(1600)], []],
  ["a script's click does nothing", [shown(0), click(1600, 'approve', 0, false)], []],
  ["a script's press does nothing", [shown(0), down(1500, 'approve', { trusted: false }), click(1600)], []],
  ["a script's click after a real press does nothing", [shown(0), down(1500), click(1600, 'approve', 1, false)], []],
  ['the right button does nothing', [shown(0), down(1500, 'approve', { primary: false }), click(1600)], []],
  ['the second click of a double click does nothing', [shown(0), down(1500), click(1600, 'approve', 2)], []],
  ['an answer is given once', [shown(0), down(1500), click(1550), down(1600), click(1650)], ['approve']],
  ['Space approves', [shown(0), key(1500, ' '), click(1600, 'approve', 0)], ['approve']],
  ['Enter never approves', [shown(0), key(1500, 'Enter'), click(1500, 'approve', 0)], []],
  ['Enter denies', [shown(0), key(1500, 'Enter', 'deny'), click(1500, 'deny', 0)], ['deny']],
  [
    'a key right after another does nothing',
    [shown(0), key(1400, 'x', null), key(1899, ' '), click(1950, 'approve', 0)],
    [],
  ],
  [
    'a key right after Enter does not deny',
    [shown(0), key(1400, 'Enter', null), key(1600, 'Enter', 'deny'), click(1600, 'deny', 0)],
    [],
  ],
  ['Tab is no such key', [shown(0), key(1400, 'Tab', 'deny'), key(1500, ' '), click(1600, 'approve', 0)], ['approve']],
  [
    'a key held since before does nothing',
    [shown(0), key(900, ' '), key(1500, ' ', 'approve', { repeat: true }), click(2000, 'approve', 0)],
    [],
  ],
  [
    'a key that repeats does nothing',
    [shown(0), key(1500, ' '), key(2100, ' ', 'approve', { repeat: true }), click(2200, 'approve', 0)],
    [],
  ],
  [
    'leaving the button takes the press back',
    [shown(0), key(1500, ' '), key(1550, 'Tab'), click(1600, 'approve', 0)],
    [],
  ],
  ['a screen reader presses by mouse events alone', [shown(0), mouse(1500), click(1500, 'approve', 0)], ['approve']],
  ["a touch's late mouse event does not make up for it", [shown(0), down(900), mouse(1100), click(1100)], []],
]

describe('the guard of Approve and Deny', () => {
  it.each(truth)('%s', (_name, events, expected) => expect(answers(events)).toEqual(expected))
})

const button = fc.constantFrom<(AnswerButton | null)[]>('approve', 'deny', null)
const anyEvent: fc.Arbitrary<(at: number) => GuardEvent> = fc.oneof(
  fc.constantFrom(shown, hidden),
  fc.tuple(fc.constantFrom(' ', 'Enter', 'Tab', 'x', 'Shift'), button, fc.boolean(), fc.boolean()).map(
    ([name, on, trusted, repeat]) =>
      (at: number) =>
        key(at, name, on, { trusted, repeat }),
  ),
  fc.tuple(button, fc.boolean(), fc.boolean()).map(
    ([on, trusted, primary]) =>
      (at: number) =>
        down(at, on, { trusted, primary }),
  ),
  button.map((on) => (at: number) => mouse(at, on)),
  fc.tuple(button, fc.integer({ min: 0, max: 3 }), fc.boolean()).map(
    ([on, detail, trusted]) =>
      (at: number) =>
        click(at, on, detail, trusted),
  ),
)
const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), anyEvent), { maxLength: 60 }).map((steps) => {
  let at = 0
  return steps.map(([pause, event]): GuardEvent => {
    at += pause
    return event(at)
  })
})

describe('whatever happens', () => {
  const eachAnswer = (check: (before: readonly GuardEvent[], event: GuardEvent, answer: AnswerButton) => void) =>
    fc.assert(
      fc.property(history, (events) => {
        let guard = unarmedGuard
        for (const [index, event] of events.entries()) {
          const after = step(guard, event)
          if (after.answer !== null) check(events.slice(0, index), event, after.answer)
          guard = after.guard
        }
      }),
      { numRuns: 2000 },
    )

  it('an answer is a trusted click on its own button, and the first of its row', () =>
    eachAnswer((_before, event, answer) => {
      expect(event).toMatchObject({ kind: 'click', trusted: true, button: answer })
      expect(event.kind === 'click' && event.detail).toBeLessThanOrEqual(1)
    }))

  it('its press began on that button, a second after the prompt was last shown', () =>
    eachAnswer((before, _event, answer) => {
      const sight = before.findLast(({ kind }) => kind === 'shown' || kind === 'hidden')
      expect(sight?.kind).toBe('shown')
      const began = before
        .filter(({ kind }) => kind.endsWith('-down'))
        .filter((event) => 'trusted' in event && event.trusted)
      expect(
        began.some((event) => 'button' in event && event.button === answer && event.at - (sight?.at ?? 0) >= armDelay),
      ).toBe(true)
    }))

  it('no key but Tab came within half a second before the key that pressed, and Enter did not approve', () =>
    eachAnswer((before, event, answer) => {
      if (event.kind !== 'click') return
      const last = before.at(-1)
      if (last?.kind !== 'key-down') return
      expect(last.repeat).toBe(false)
      expect(answer === 'approve' && last.key === 'Enter').toBe(false)
      const earlier = before.slice(0, -1).findLast((event) => event.kind === 'key-down' && event.key !== 'Tab')
      expect(last.at - (earlier?.at ?? -Infinity)).toBeGreaterThanOrEqual(keyQuiet)
    }))

  it('after an answer it is unarmed', () => {
    const after = answers([shown(0), down(1500), click(1550)])
    expect(after).toHaveLength(1)
    const { guard } = step({ ...unarmedGuard, armsAt: 0, press: { by: 'pointer', button: 'approve' } }, click(10))
    expect(isArmed(guard, Number.MAX_SAFE_INTEGER)).toBe(false)
  })
})
