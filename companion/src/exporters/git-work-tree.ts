import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest folder above this path that git keeps watch over, if any. */
export const gitWorkTree = (path: string): string | undefined => {
  const folder = dirname(path)
  if (existsSync(join(folder, '.git'))) return folder
  return folder === path ? undefined : gitWorkTree(folder)
}
