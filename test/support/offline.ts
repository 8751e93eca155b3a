import { execFile } from 'node:child_process'
import type { Ran } from './companion.ts'
import { builtCli } from './places.ts'

/** Runs a command in this folder, with nothing in its environment: no state folder, no home, no companion that it could find. */
export function runOffline(folder: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: {}, timeout: 30_000 }
    const child = execFile(process.execPath, [builtCli, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}
