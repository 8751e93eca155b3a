import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

// What Chrome is given, looked at as a stranger would who has to decide whether to install it.

const root = fileURLToPath(new URL('..', import.meta.url))
let folder: string
let files: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-built-'))
  await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
  files = await readdir(folder, { recursive: true })
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
const scripts = (): string[] => files.filter((file) => file.endsWith('.js'))

describe('the manifest', () => {
  test('asks for what the extension uses, and nothing more', async () => {
    const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(await read('manifest.json')))
    expect(manifest).toMatchObject({
      manifest_version: 3,
      permissions: ['alarms', 'cookies', 'notifications', 'scripting', 'storage'],
      host_permissions: ['https://*.upwork.com/*'],
      externally_connectable: { matches: ['http://127.0.0.1/*'] },
      incognito: 'not_allowed',
      background: { service_worker: 'service-worker.js', type: 'module' },
    })
    for (const absent of [
      'web_accessible_resources',
      'content_scripts',
      'optional_permissions',
      'optional_host_permissions',
    ]) {
      expect(manifest).not.toHaveProperty(absent)
    }
  })

  test('has the key from which Chrome makes the id that the companion knows', async () => {
    const { key } = z.object({ key: z.base64() }).parse(JSON.parse(await read('manifest.json')))
    const hash = await crypto.subtle.digest(
      'SHA-256',
      Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0)),
    )
    const halves = [...new Uint8Array(hash).subarray(0, 16)].flatMap((byte) => [byte >> 4, byte & 15])
    const id = halves.map((half) => String.fromCharCode('a'.charCodeAt(0) + half)).join('')
    expect(id).toBe('libcippkfpmjjmagobgemfiomliiolhb')
  })
})

describe('the scripts', () => {
  test('are the worker, in one file, and those of the one page', async () => {
    const worker = await read('service-worker.js')
    expect(worker).not.toMatch(/^\s*(import|export)\b|[;}]\s*import\s*["'{*]/m)
    expect(files.filter((file) => file.endsWith('.html'))).toEqual(['popup.html'])
  })

  test.each([
    ['make code of text', /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|=\s*Function\b(?!\.)/],
    ['load code later', /\bimport\s*\(|\bimportScripts\b/],
    ['speak to another machine', /\bfetch\s*\(|\bXMLHttpRequest\b|\bsendBeacon\b|\bnew EventSource\b/],
    ['make markup of text', /\binsertAdjacentHTML\b|\bdocument\.write\b/],
  ])('do not %s', async (_what, pattern) => {
    for (const file of scripts()) expect([file, pattern.exec(await read(file))?.[0]]).toEqual([file, undefined])
  })

  test('open one address alone', async () => {
    const addresses = new Set<string>()
    for (const file of scripts()) {
      for (const [address] of (await read(file)).matchAll(/\bwss?:\/\/[^`'"/$]*/g)) addresses.add(address)
    }
    expect([...addresses]).toEqual(['ws://127.0.0.1:'])
  })
})
