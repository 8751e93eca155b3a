import { rmSync } from 'node:fs'
import type { WayOut } from '@countersign/shared/approval/prompt'
import type { Machine } from '../../machine.ts'
import type { Exit, Receipt } from '../release.ts'
import type { UnfinishedFiles } from '../unfinished-files.ts'
import { writePrivate } from '../write-private.ts'
import type { LookAtFile } from './file-place.ts'

type ToFile = Extract<WayOut, { kind: 'file' }>

/** To a file that stays until somebody deletes it. */
export const createToFile =
  (deps: {
    readonly lookAt: LookAtFile
    readonly machine: Machine
    readonly unfinished: Pick<UnfinishedFiles, 'around'>
    /** A fresh name for the file that is written first. */
    newName(): string
  }) =>
  (out: string): Exit<Receipt & { readonly path: string }, ToFile> => ({
    action: 'export',
    look: () => {
      const { path, warnings } = deps.lookAt(out)
      return { way: { kind: 'file', path }, warnings }
    },
    deliver: ({ text, entered }, { path }) => {
      writePrivate(path, text.reveal(), deps.newName, deps.machine, deps.unfinished.around)
      const receipt = undoneBy(path, () => entered({ destination: path.slice(0, 1000) }))
      return { result: { path, ...receipt }, told: `Wrote ${path}. Any program of yours can read that file.` }
    },
  })

/** No file without its row in the ledger. */
const undoneBy = <T>(file: string, act: () => T): T => {
  try {
    return act()
  } catch (thrown) {
    rmSync(file, { force: true })
    throw thrown
  }
}
