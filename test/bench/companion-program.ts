import { join } from 'node:path'
import type { Belongings } from '../support/belongings.ts'
import { root } from '../support/places.ts'
import { startProgram } from '../support/program.ts'
import { within } from '../support/until.ts'

/** Runs one of the companion's own programs for the benchmarks, and gives what it printed. */
export async function companionProgram(
  parts: Belongings,
  file: string,
  args: readonly string[],
  seconds: number,
): Promise<string> {
  const path = join('companion/src/testing', file)
  const running = parts.keep(
    startProgram(process.execPath, [join(root, 'scripts/run-typescript.mjs'), path, ...args], process.env),
  )
  const { code } = await within(seconds, `the end of ${path}`, running.ended)
  if (code !== 0) throw new Error(`${path} failed: ${running.stderr()}`)
  return running.stdout()
}
