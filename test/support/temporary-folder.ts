import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type TemporaryFolder = AsyncDisposable & { readonly path: string; remove(): Promise<void> }

/** A folder of 0700 that is gone afterwards, with all that is in it. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `countersign-${name}-`))
  // A browser may still be writing the last file of its profile while we remove it.
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  return { path, remove, [Symbol.asyncDispose]: remove }
}
