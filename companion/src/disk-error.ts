import { CountersignError, type ErrorCode } from '@countersign/shared/errors'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EROFS: 'disk_read_only',
  EACCES: 'disk_read_only',
  EPERM: 'disk_read_only',
}

/** An error of the file system as one of ours, naming the path. */
export const diskError = (thrown: unknown, path: string): CountersignError => {
  const code = codes[systemCode(thrown)] ?? 'disk_failed'
  const what =
    code === 'disk_full'
      ? 'The disk is full'
      : code === 'disk_read_only'
        ? 'No write is allowed'
        : 'The disk gave an error'
  return new CountersignError(code, { message: `${what}: ${path}`, cause: thrown })
}

/** For a file that is only read, and that the person has named. */
export const readError = (thrown: unknown, path: string): unknown => {
  const code = systemCode(thrown)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CountersignError('file_unreadable', { message: `There is no file ${path}.`, cause: thrown })
  }
  if (['EACCES', 'EPERM', 'EISDIR'].includes(code)) {
    return new CountersignError('file_unreadable', { message: `${path} can not be read.`, cause: thrown })
  }
  return code === '' ? thrown : diskError(thrown, path)
}

/** `ENOENT` and its like; empty for what is no error of the system. */
export const systemCode = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
