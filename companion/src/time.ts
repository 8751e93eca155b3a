/** Time, handed in so that a test can be its master. */
export type Time = {
  /** Milliseconds since 1970; may jump either way. */
  wall(): number
  /** Milliseconds that never run backwards; may stop while the machine sleeps. */
  monotonic(): number
  /** Runs `act` once after that many milliseconds; returns the way to call it off. */
  after(milliseconds: number, act: () => void): () => void
}

export const systemTime: Time = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** A moment that has passed as soon as either clock says so: the wall clock may be set back, the other stops in a suspend. */
export type Deadline = { readonly at: string; passed(): boolean; milliseconds(): number }

export const deadlineIn = (time: Time, milliseconds: number): Deadline => {
  const wall = time.wall() + milliseconds
  const monotonic = time.monotonic() + milliseconds
  const left = () => Math.min(wall - time.wall(), monotonic - time.monotonic())
  return { at: new Date(wall).toISOString(), passed: () => left() <= 0, milliseconds: () => Math.max(0, left()) }
}

/** The longest time between two looks at a deadline: a timer alone would sleep through a suspend. */
const look = 5000

/** Runs `act` once, soon after the deadline has passed by either clock; returns the way to call it off. */
export const whenPassed = (time: Time, deadline: Deadline, act: () => void): (() => void) => {
  let stop: () => void = () => undefined
  const wait = () => {
    stop = time.after(Math.min(look, deadline.milliseconds()), () => (deadline.passed() ? act() : wait()))
  }
  wait()
  return () => stop()
}
