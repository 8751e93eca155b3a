import { lstatSync } from 'node:fs'
import { CountersignError } from '@countersign/shared/errors'
import { diskError } from './disk-error.ts'
import type { Machine } from './machine.ts'

/**
 * Throws unless the path is a real folder (or file) of this user that nobody else may enter, read or write.
 * A symbolic link is refused even when what it points to is fine: who can turn the link can swap what it points to.
 */
export const requirePrivate = (path: string, kind: 'folder' | 'file', { uid, platform }: Machine): void => {
  const code = kind === 'folder' ? 'folder_unsafe' : 'file_unsafe'
  const refuse = (message: string, next: string) => {
    throw new CountersignError(code, { message, next })
  }
  const found = look(path)
  if (found.isSymbolicLink()) {
    refuse(`${path} is a symbolic link.`, `Put a real ${kind} there: \`rm '${path}'\` removes the link alone.`)
  }
  if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) {
    refuse(`${path} is not a ${kind}.`, `Move it away: \`mv '${path}' '${path}.old'\`.`)
  }
  // Windows keeps access in lists, not in mode bits; what lies under the profile is the user's own there.
  if (platform === 'win32' || uid === undefined) return
  if (found.uid !== uid) {
    refuse(`${path} belongs to user ${found.uid}, not to you (${uid}).`, `Run \`sudo chown ${uid} '${path}'\`.`)
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
    refuse(
      `${path} has mode ${mode}, so others may use it.`,
      `Run \`chmod ${kind === 'folder' ? '700' : '600'} '${path}'\`.`,
    )
  }
}

const look = (path: string) => {
  try {
    return lstatSync(path)
  } catch (thrown) {
    throw diskError(thrown, path)
  }
}
