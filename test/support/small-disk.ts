import { execFileSync } from 'node:child_process'
import { openSync, closeSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { atTheEnd } from './at-the-end.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A disk of a story's own, small enough to be filled. */
export type SmallDisk = AsyncDisposable & {
  readonly path: string
  /** Leaves no byte free. */
  fill(): void
  free(): void
  /** Takes no more writes; nothing may be open on it for writing. */
  seal(): void
  unseal(): void
}

/** Only who may mount can have one: root, in most places. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts()

export async function createSmallDisk(mebibytes = 4): Promise<SmallDisk> {
  const folder = await temporaryFolder('disk')
  const { path } = folder
  const filler = join(path, 'filler')
  let mounted = true
  const mount = (...args: string[]): void => void execFileSync('mount', [...args, path])
  const leave = (): void => {
    if (mounted) execFileSync('umount', ['--lazy', path])
    mounted = false
  }
  mount('-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=700`, 'tmpfs')
  atTheEnd(leave)
  return {
    path,
    fill() {
      const file = openSync(filler, 'w')
      try {
        for (const size of [65_536, 4096]) writeUntilFull(file, new Uint8Array(size))
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler, { force: true }),
    seal: () => mount('-o', 'remount,ro'),
    unseal: () => mount('-o', 'remount,rw'),
    async [Symbol.asyncDispose]() {
      leave()
      await folder.remove()
    },
  }
}

function writeUntilFull(file: number, chunk: Uint8Array): void {
  try {
    for (;;) writeSync(file, chunk)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

function mounts(): boolean {
  try {
    // In a mount namespace of its own, so nothing of it stays.
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
