import type { SavedVersion } from '@countersign/shared/session/history'
import { z } from 'zod'
import type { Saved, SetAside } from './vault.ts'

/** As it is told to her, whether it opens or not. */
export const savedVersionOf = (entry: Saved | SetAside): SavedVersion => {
  const { version } = entry
  if (entry.kind === 'saved') {
    const { savedAt, summary } = entry
    const { expiresAt, cookies, origins } = summary
    return { version, savedAt, expiresAt, cookies, origins: origins.length, damaged: false }
  }
  return { version, savedAt: timeOf(entry), expiresAt: null, cookies: 0, origins: 0, damaged: true }
}

/** Somebody may have written anything into a record that does not open. */
const timeOf = ({ savedAt, since }: SetAside): string =>
  [savedAt, since].find((at) => z.iso.datetime().safeParse(at).success) ?? new Date(0).toISOString()
