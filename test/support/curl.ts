import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { StandIn } from '../stand-in/stand-in.ts'
import { startProgram } from './program.ts'
import { within } from './until.ts'

/** What the site's server answered curl: whom it takes it for, as it says in the page; undefined when curl is sent to log in. */
export type CurlAnswer = { readonly signedInAs: string | undefined; readonly deviceKnown: boolean }

const feed = 'https://www.upwork.com/nx/find-work/best-matches'

/** The real curl, without anybody's own settings, at the stand-in's feed. @param input what it reads from stdin */
export async function curl(standIn: StandIn, args: readonly string[], input = ''): Promise<CurlAnswer> {
  const here = ['--connect-to', `::127.0.0.1:${standIn.port}`, '--insecure']
  const all = ['--disable', '--silent', '--show-error', ...here, ...args, feed]
  await using program = startProgram(curlProgram(), all, process.env, { input })
  const { code } = await within(20, 'the end of curl', program.ended)
  if (code !== 0) throw new Error(`curl ended with ${code}: ${program.stderr()}`)
  const page = program.stdout()
  return {
    signedInAs: /data-signed-in-as="([^"]*)"/.exec(page)?.[1],
    deviceKnown: page.includes('data-device="known"'),
  }
}

function curlProgram(): string {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'curl'))
  const found = places.find(isExecutable)
  if (found === undefined) {
    throw new Error('There is no curl on this machine. Install it: a story shows that it arrives signed in.')
  }
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
