import { homedir, tmpdir } from 'node:os'

/** What we are told about where we run; handed in, so that a test can be on any platform and be any user. */
export type Machine = {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly tmp: string
  /** Undefined on Windows, where files have no owner by number. */
  readonly uid: number | undefined
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
  tmp: tmpdir(),
  uid: process.getuid?.(),
})
