import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { extensionIds } from '../bridge/extension-ids.ts'
import { pairPage, script } from './pair-page.ts'

const code = `47616.${'a'.repeat(43)}`

const unknownError = (): unknown => undefined

/** Runs the page's script as a browser would, and tells what it did, in order. */
const visit = async (hash: string, extension: 'handed' | 'ignored' | 'silent' | 'none' | 'throws') => {
  const did: unknown[] = []
  const dataset: Record<string, string> = {}
  const runtime = {
    lastError: unknownError(),
    sendMessage(id: string, message: unknown, done: (answer?: unknown) => void) {
      did.push({ id, message: structuredClone(message) })
      if (extension === 'throws') throw new Error('Invalid extension id')
      if (extension === 'silent') runtime.lastError = { message: 'Could not establish connection.' }
      done(extension === 'silent' ? undefined : { kind: extension })
    },
  }
  runInContext(
    script,
    createContext({
      location: { hash, pathname: '/pair' },
      history: { replaceState: (_state: unknown, _title: string, url: string) => did.push(url) },
      document: { documentElement: { dataset } },
      ...(extension === 'none' ? {} : { chrome: { runtime } }),
    }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  return { did, state: dataset['state'] }
}

describe('the script', () => {
  test('clears the address first, then hands the code to each known extension', async () => {
    const { did, state } = await visit(`#${code}`, 'handed')
    expect(did).toEqual(['/pair', ...extensionIds.map((id) => ({ id, message: { kind: 'pairing-code', code } }))])
    expect(state).toBe('handed')
  })

  test('says so when the extension does not take it', async () => {
    expect((await visit(`#${code}`, 'ignored')).state).toBe('ignored')
  })

  test.each(['silent', 'none', 'throws'] as const)('says so when the extension is missing (%s)', async (extension) => {
    const { did, state } = await visit(`#${code}`, extension)
    expect(did[0]).toBe('/pair')
    expect(state).toBe('missing')
  })

  test.each(['', '#', '#hello', `#${code}x`, `#x${code}`])('hands on nothing but a code (%s)', async (hash) => {
    expect(await visit(hash, 'handed')).toEqual({ did: ['/pair'], state: 'empty' })
  })
})

test('runs no script and no style but its own, and is never framed', () => {
  expect(pairPage.policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; base-uri/)
  expect(pairPage.policy).toContain("frame-ancestors 'none'")
  expect(pairPage.html).not.toMatch(/ (style|on\w+)=|(src|href)=/)
})
