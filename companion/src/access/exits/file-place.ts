import { resolve, sep } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { gitWorkTree } from '../../exporters/git-work-tree.ts'
import type { Machine } from '../../machine.ts'
import { requireReplaceable, truePlace } from '../write-private.ts'

/** Where a file would truly come to lie, and what she should know of that place. Throws `file_unsafe`. */
export type LookAtFile = (out: string) => { readonly path: string; readonly warnings: readonly string[] }

/** @param stateFolder where no session may ever be written by name */
export const createLookAtFile =
  ({ machine, stateFolder }: { readonly machine: Machine; readonly stateFolder: string }): LookAtFile =>
  (out) => {
    const path = truePlace(resolve(out))
    if (path === stateFolder || path.startsWith(stateFolder + sep)) {
      throw new CountersignError('file_unsafe', { message: `${path} is among Countersign's own files.` })
    }
    const warnings: string[] = []
    if (requireReplaceable(path, machine)) warnings.push('A file is there already, and will be replaced.')
    const tree = gitWorkTree(path)
    if (tree !== undefined) warnings.push(`This lies in the git work tree ${tree}: take care not to commit it.`)
    return { path, warnings }
  }
