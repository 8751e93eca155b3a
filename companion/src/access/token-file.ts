import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Secret } from '@countersign/shared/secret'
import { diskError } from '../disk-error.ts'
import type { Machine } from '../machine.ts'
import { requirePrivate } from '../private-path.ts'
import { tokenDigest } from './agent-token.ts'
import { isUnfinished, preparePrivate, requireReplaceable } from './write-private.ts'

/** Where `mcp --agent LABEL` finds an agent's token, for the user alone. The database has the digest only. */
export type TokenFiles = {
  /**
   * Writes the token of this agent around what makes it count. It lies beside the file until that is done, so that the file has at
   * any moment either the token that counted or the one that counts. Throws coded errors, and leaves nothing then.
   */
  write(label: string, token: Secret<string>, act: () => void): void
  /** Follows an agent that was renamed. Never throws: the next start makes up for it. */
  rename(from: string, to: string): void
  /** When the grant goes, its token need not lie about. */
  remove(label: string): void
  /**
   * At a start, for what an end in the middle left: a token goes to the place of the agent whose it is, and what was written beside its
   * place and never counted goes. @param labelOf the agent whose token has this digest
   */
  settle(labelOf: (digest: string) => string | undefined): void
}

const ending = '.token'
const nextEnding = '.token.next'

export const createTokenFiles = (deps: {
  readonly machine: Machine
  readonly stateFolder: string
  newId(): string
}): TokenFiles => {
  const { machine } = deps
  const folder = join(deps.stateFolder, 'agents')
  const fileOf = (label: string) => join(folder, label + ending)

  const prepareFolder = () => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (thrown) {
      throw diskError(thrown, folder)
    }
    requirePrivate(folder, 'folder', machine)
  }
  const move = (from: string, to: string) => {
    if (from !== to) renameSync(from, to)
  }

  return {
    write: (label, token, act) => {
      prepareFolder()
      requireReplaceable(fileOf(label), machine)
      const next = join(folder, label + nextEnding)
      const file = preparePrivate(next, deps.newId, machine)
      try {
        file.write(`${token.reveal()}\n`)
        file.keep()
      } finally {
        file.drop()
      }
      try {
        act()
      } catch (thrown) {
        rmSync(next, { force: true })
        throw thrown
      }
      quietly(() => move(next, fileOf(label)))
    },
    rename: (from, to) => quietly(() => move(fileOf(from), fileOf(to))),
    remove: (label) => rmSync(fileOf(label), { force: true }),
    settle: (labelOf) =>
      quietly(() => {
        for (const name of readdirSync(folder)) {
          const path = join(folder, name)
          quietly(() => {
            if (isUnfinished(name)) return rmSync(path)
            if (!name.endsWith(ending) && !name.endsWith(nextEnding)) return
            requirePrivate(path, 'file', machine)
            const label = labelOf(tokenDigest(readFileSync(path, 'utf8').trim()))
            if (label !== undefined) move(path, fileOf(label))
            else if (name.endsWith(nextEnding)) rmSync(path)
          })
        }
      }),
  }
}

/** What is not done now is done at the next start; until then the token that was shown is as good. */
const quietly = (act: () => void): void => {
  try {
    act()
  } catch {
    // Such as a folder that is not there yet, or a disk that takes nothing.
  }
}
