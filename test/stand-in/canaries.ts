import { randomBytes } from 'node:crypto'

/**
 * Makes every secret value that the stand-in hands out, and remembers it. All of one stand-in's values hold the same
 * word, so a search for that word finds any of them, wherever one has leaked.
 */
export type Canaries = { readonly word: string; readonly all: readonly string[]; issue(name: string): string }

export function createCanaries(word = `canary${randomBytes(6).toString('hex')}`): Canaries {
  const all: string[] = []
  return {
    word,
    all,
    issue(name) {
      const value = `${word}.${name}.${randomBytes(12).toString('base64url')}`
      all.push(value)
      return value
    },
  }
}
