import type { Program } from '../support/program.ts'

/** Waits for what this program has asked for; when it ends before that, it was told something else, and that is said at once. */
export async function whileItAsks<T>(program: Program, waiting: Promise<T>): Promise<T> {
  const over = program.ended.then(() => {
    throw new Error(
      `Nothing was asked in the browser. The program that asked printed: ${program.stdout()}${program.stderr()}`,
    )
  })
  // Whichever comes second has nobody to hear it.
  over.catch(() => undefined)
  waiting.catch(() => undefined)
  return Promise.race([waiting, over])
}
