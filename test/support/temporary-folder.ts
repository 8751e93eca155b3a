import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTheEnd } from './at-the-end.ts'

export type TemporaryFolder = AsyncDisposable & { readonly path: string; remove(): Promise<void> }

const present = new Set<string>()
atTheEnd(() => present.forEach((path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 })))

/** A folder of 0700 that is gone afterwards, with all that is in it. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `countersign-${name}-`))
  present.add(path)
  const remove = async (): Promise<void> => {
    // A browser may still be writing the last file of its profile while we remove it.
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    present.delete(path)
  }
  return { path, remove, [Symbol.asyncDispose]: remove }
}
