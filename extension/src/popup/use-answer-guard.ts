import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type AnswerButton, armDelay, type GuardEvent, step, unarmedGuard } from './approve-guard.ts'

export type AnswerGuardOptions = {
  /** All that is on the screen, as one text: any change of it starts the second anew. */
  shown: string
  /** No answer is possible just now. */
  blocked: boolean
  onAnswer: (answer: AnswerButton) => void
}

/** Feeds the guard with what happens on the page. Buttons say which they are by `data-answer`; they need no handlers. */
export const useAnswerGuard = ({ shown, blocked, onAnswer }: AnswerGuardOptions): { armed: boolean } => {
  const guard = useRef(unarmedGuard)
  const [armedFor, setArmedFor] = useState<string | null>(null)
  const visible = useVisible()

  const happened = (event: GuardEvent): void => {
    const { guard: next, answer } = step(guard.current, event)
    guard.current = next
    if (answer === null) return
    setArmedFor(null)
    onAnswer(answer)
  }
  const latest = useRef(happened)
  latest.current = happened

  // In the same turn as the change itself: no event comes between a prompt and its guard.
  useLayoutEffect(() => {
    latest.current({ kind: 'hidden', at: performance.now() })
    setArmedFor(null)
    if (blocked || !visible) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const cancel = afterPaint(() => {
      latest.current({ kind: 'shown', at: performance.now() })
      timer = setTimeout(() => setArmedFor(shown), armDelay)
    })
    return () => {
      cancel()
      clearTimeout(timer)
    }
  }, [shown, blocked, visible])

  useEffect(() => {
    const controller = new AbortController()
    const options = { capture: true, signal: controller.signal }
    const listen = <K extends keyof DocumentEventMap>(name: K, describe: (event: DocumentEventMap[K]) => GuardEvent) =>
      document.addEventListener(name, (event) => latest.current(describe(event)), options)

    listen('keydown', (event) => ({ kind: 'key-down', key: event.key, repeat: event.repeat, ...common(event) }))
    listen('pointerdown', (event) => ({ kind: 'pointer-down', primary: isPrimary(event), ...common(event) }))
    listen('mousedown', (event) => ({ kind: 'mouse-down', primary: event.button === 0, ...common(event) }))
    listen('click', (event) => ({ kind: 'click', detail: event.detail, ...common(event) }))
    return () => controller.abort()
  }, [])

  return { armed: !blocked && visible && armedFor === shown }
}

const isPrimary = (event: PointerEvent): boolean => event.isPrimary && event.button === 0

// The event's own time: one that waited in a queue while the page was busy happened when it happened.
const common = (event: Event) => ({
  at: Math.min(event.timeStamp, performance.now()),
  button: buttonOf(event.target),
  trusted: event.isTrusted,
})

const buttonOf = (target: EventTarget | null): AnswerButton | null => {
  const name = target instanceof Element ? target.closest('[data-answer]')?.getAttribute('data-answer') : undefined
  return name === 'approve' || name === 'deny' || name === 'deny-and-mute' ? name : null
}

const useVisible = (): boolean => {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible')
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return visible
}

/** A frame's callback runs before its paint, so the second frame's comes after the first one's. */
const afterPaint = (then: () => void): (() => void) => {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(then)
  })
  return () => cancelAnimationFrame(frame)
}
