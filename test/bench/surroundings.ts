import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { browserProgram } from '../support/chromium.ts'
import { root } from '../support/places.ts'
import { serverEverythingVersion } from './peers.ts'

const run = promisify(execFile)

/** What the numbers were taken on: without it they say nothing. */
export type Surroundings = {
  readonly machine: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly versions: Readonly<Record<string, string>>
}

export async function surroundings(): Promise<Surroundings> {
  const [first] = cpus()
  return {
    machine: `${first?.model.trim() ?? 'an unknown processor'}, ${process.arch}`,
    cores: cpus().length,
    memory: `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`,
    system: `${type()} ${release()}`,
    versions: await versions(),
  }
}

/** Processes that ran or waited to run, on average of the last minute: more than the cores means that others were in the way. */
export function load(): number {
  return loadavg()[0] ?? 0
}

const manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
})

async function versions(): Promise<Record<string, string>> {
  const read = async (path: string) => manifest.parse(JSON.parse(await readFile(join(root, path), 'utf8')))
  const [companion, test] = await Promise.all([read('companion/package.json'), read('test/package.json')])
  // Pinned exactly, and installed from a frozen lockfile.
  const pinned = { ...companion.dependencies, ...test.dependencies, ...test.devDependencies }
  const told = ['@modelcontextprotocol/sdk', 'libsql', 'playwright-core', 'puppeteer-core', 'ws']
  const browser = await run(browserProgram(), ['--version'])
  return {
    countersign: `${companion.version} (${await commit()})`,
    node: process.versions.node,
    browser: browser.stdout.trim(),
    ...Object.fromEntries(told.map((name) => [name, pinned[name] ?? 'not installed'])),
    '@modelcontextprotocol/server-everything': await serverEverythingVersion(),
  }
}

/** Which state of the sources this is, where git can tell. */
async function commit(): Promise<string> {
  try {
    const [head, changed] = await Promise.all([
      run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }),
      run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root }),
    ])
    return `${head.stdout.trim()}${changed.stdout === '' ? '' : ', with changes'}`
  } catch {
    return 'not in git'
  }
}
