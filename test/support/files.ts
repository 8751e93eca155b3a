import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export type Found = { readonly path: string; readonly kind: 'folder' | 'file' | 'other'; readonly mode: string }

/** A folder, and all that lies in it, with its mode in octal. */
export async function everythingIn(folder: string): Promise<readonly Found[]> {
  const below = await readdir(folder, { recursive: true })
  return Promise.all(
    ['', ...below].map(async (name): Promise<Found> => {
      const path = join(folder, name)
      const found = await lstat(path)
      const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
      return { path, kind, mode: (found.mode & 0o777).toString(8) }
    }),
  )
}
