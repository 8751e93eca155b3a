import { CountersignError } from '@countersign/shared/errors'
import type { Machine } from '../../machine.ts'
import { type Lying, removeIfEmpty, wipeFile } from './own-file.ts'
import type { KeptCopy } from './released-copy.ts'

/**
 * Wipes whatever may lie of a copy. Gives what was found in its place; throws a coded error when its values may still lie somewhere:
 * then it is to be tried again.
 *
 * @param asked by somebody who sees that the folder is gone, and does not want to hear of it again
 */
export const wipeCopy = (
  { path, paths, marks, own }: KeptCopy,
  machine: Machine,
  { asked = false }: { readonly asked?: boolean } = {},
): Lying => {
  const found = paths.map((place) => [place, wipeFile(place, marks, machine)] as const)
  for (const place of paths) if (place !== path) removeIfEmpty(place, machine)
  const [, there = 'nothing'] = found.find(([place]) => place === path) ?? []
  // A folder that was moved away, or a disk that was taken out, may come back.
  if (there === 'no-folder' && !own && !asked)
    throw new CountersignError('disk_failed', { message: `Its folder is gone: ${path}` })
  return there
}
