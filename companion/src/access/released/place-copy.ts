import type { Machine } from '../../machine.ts'
import { preparePrivate } from '../write-private.ts'
import { holdReplaced, markOf } from './own-file.ts'
import type { KeptCopy } from './released-copy.ts'

/**
 * Writes a copy whole, beside its place first, and moves it there. At each moment what is `keep`ed names every file that there may be,
 * before anything is in it. Throws a coded error, and then whatever there is of it is named, too.
 *
 * @param how.entered when all is written, right before it comes to its place: no file without its row in the ledger
 */
export const placeCopy = <T>(
  copy: KeptCopy,
  text: string,
  how: {
    readonly machine: Machine
    newName(): string
    keep(copy: KeptCopy): void
    entered(): T
  },
): T => {
  const { path } = copy
  const before = holdReplaced(path, copy.marks, how.machine)
  const file = preparePrivate(path, how.newName, how.machine)
  try {
    const making = { ...copy, paths: [path, file.beside] }
    how.keep(making)
    file.write('')
    const mark = markOf(file.beside, text)
    how.keep({ ...making, marks: [...copy.marks, mark] })
    file.write(text)
    const result = how.entered()
    file.keep()
    before.emptyOtherNames()
    how.keep({ ...copy, paths: [path], marks: [mark] })
    return result
  } finally {
    file.drop()
    before.close()
  }
}
