import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sameBytes } from './bytes.ts'
import { fingerprint } from './fingerprint.ts'
import { hash } from './hash.ts'

const key = fc.uint8Array({ minLength: 65, maxLength: 65 })

test('a fingerprint is eight letters that are hard to confuse, and the order of the keys counts', async () => {
  await fc.assert(
    fc.asyncProperty(key, key, key, async (companion, browser, signing) => {
      const text = await fingerprint(companion, browser, signing)
      expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
      expect(await fingerprint(companion, browser, signing)).toBe(text)
      const swapped = await fingerprint(browser, companion, signing)
      expect(swapped === text).toBe(sameBytes(companion, browser))
    }),
  )
})

test('no two lists of fields are hashed alike, wherever they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 }), async (a, b) => {
      const [one, two] = [await hash('list', ...a), await hash('list', ...b)]
      expect(sameBytes(one, two)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
  expect(await hash('a', 'bc')).not.toEqual(await hash('ab', 'c'))
  expect(await hash('a', '', 'b')).not.toEqual(await hash('a', 'b', ''))
})
