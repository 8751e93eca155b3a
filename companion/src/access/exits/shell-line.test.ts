import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { shellLine } from './shell-line.ts'

it.each([
  [['node', 'scrape.js', '--pages=3'], 'node scrape.js --pages=3'],
  [['sh', '-c', 'echo "$HOME"'], `sh -c 'echo "$HOME"'`],
  [['say', "it's", ''], String.raw`say 'it'\''s' ''`],
  [['A=b', '~', '-n'], `'A=b' '~' -n`],
])('%j is %s', (words, line) => {
  expect(shellLine(words)).toBe(line)
})

it.skipIf(process.platform === 'win32')('is what a shell reads as just these words', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\0', ''))
  const odd = fc.constantFrom('$(id)', '`id`', '; id', '\n', "'", '"', '\\', '*', '!', '#', '&', '|', '~', '{a,b}')
  fc.assert(
    fc.property(fc.array(fc.oneof(word, odd), { minLength: 1, maxLength: 6 }), (words) => {
      const script = `printf '%s\\0' ${shellLine(['x', ...words]).slice(2)}`
      const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
      expect(read.split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 60 },
  )
})
