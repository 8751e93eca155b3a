import { closeSync, constants, fstatSync, openSync, readSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { diskError, systemCode } from '../disk-error.ts'
import { sha256 } from '../ledger/sha256.ts'
import type { Machine } from '../machine.ts'
import type { Time } from '../time.ts'

/** `policy.json`: what somebody proposes. Any program of the person's may have written it. */
export type ProposedFile = {
  readonly path: string
  /** As it lies there now. Never throws. */
  read(): Proposed
  /** Called when it has become another, and come to rest. Gives the way to stop. */
  onChange(listener: () => void): () => void
  close(): void
}

export type Proposed =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string; readonly digest: string }
  /** It is not read, for this reason. */
  | { readonly kind: 'unusable'; readonly why: string }

/** Bytes. As much as a policy may have. */
const largest = 256 * 1024
/** Milliseconds in which a file has to stay the same: an editor may write it in parts. */
const rest = 100
/** Milliseconds between two looks where the system does not tell of changes. */
const betweenLooks = 2000

export const watchProposedFile = ({
  path,
  machine,
  time,
  watchFolder = watch,
}: {
  readonly path: string
  readonly machine: Machine
  readonly time: Pick<Time, 'after'>
  readonly watchFolder?: typeof watch
}): ProposedFile => {
  const listeners = new Set<() => void>()
  const read = () => readProposed(path, machine)
  let told = read()
  let seen = told
  let stopTimer: (() => void) | undefined

  const look = () => {
    const now = read()
    if (!isDeepStrictEqual(now, seen)) {
      seen = now
      return lookAgain()
    }
    stopTimer = undefined
    if (isDeepStrictEqual(now, told)) return
    told = now
    for (const listener of listeners) listener()
  }
  const lookAgain = () => {
    stopTimer?.()
    stopTimer = time.after(rest, look)
  }
  const noticed = () => {
    // It is looked at in a moment anyway. Whoever touches it without an end neither keeps us busy nor keeps us from ever seeing it.
    if (stopTimer !== undefined) return
    seen = read()
    lookAgain()
  }
  const stopWatching = watchName({ path, noticed, watchFolder, time })

  return {
    path,
    read,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      stopWatching()
      stopTimer?.()
    },
  }
}

/** The folder, not the file: most editors write another file and give it this one's name. */
const watchName = ({
  path,
  noticed,
  watchFolder,
  time,
}: {
  readonly path: string
  noticed(): void
  readonly watchFolder: typeof watch
  readonly time: Pick<Time, 'after'>
}): (() => void) => {
  let stop: () => void = () => undefined
  const poll = () => {
    stop = time.after(betweenLooks, () => {
      poll()
      noticed()
    })
  }
  try {
    const watcher = watchFolder(dirname(path), { persistent: false }, (_, name) => {
      // Most that changes in there is the database.
      if (name === null || name === basename(path)) noticed()
    })
    stop = () => watcher.close()
    watcher.on('error', () => {
      watcher.close()
      poll()
    })
  } catch {
    // Such as when more is watched already than the system allows.
    poll()
  }
  return () => stop()
}

const unusable = (why: string): Proposed => ({ kind: 'unusable', why })

const readProposed = (path: string, { uid, platform }: Machine): Proposed => {
  let file: number | undefined
  try {
    // A link is not followed, and a pipe that nobody writes to does not keep us waiting.
    const flags = platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK
    file = openSync(path, constants.O_RDONLY | flags)
    const found = fstatSync(file)
    if (!found.isFile()) return unusable('It is not a plain file.')
    if (uid !== undefined && found.uid !== uid) return unusable(`It belongs to user ${found.uid}, not to you (${uid}).`)
    const bytes = readAtMost(file, largest + 1)
    if (bytes.length > largest) return unusable('A policy may have at most 256 KiB.')
    const text = asText(bytes)
    return text === undefined ? unusable('It is not text in UTF-8.') : { kind: 'text', text, digest: sha256(text) }
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code === 'ENOENT') return { kind: 'absent' }
    if (code === 'ELOOP') return unusable('It is a symbolic link.')
    if (code === 'EACCES' || code === 'EPERM') return unusable('It can not be read.')
    return unusable(`${diskError(thrown, path).message}.`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const readAtMost = (file: number, size: number): Uint8Array => {
  const bytes = Buffer.alloc(size)
  let length = 0
  for (;;) {
    const more = readSync(file, bytes, length, size - length, null)
    length += more
    if (more === 0 || length === size) return bytes.subarray(0, length)
  }
}

const asText = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
