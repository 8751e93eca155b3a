import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { promises } from '../promises.ts'
import { root } from '../support/places.ts'
import { checks } from './check-promises.ts'
import { readStoryFiles, storiesIn } from './stories.ts'

// Three things say the same: the promises as data, the stories that try to break them, and SECURITY.md.

const given = { promises, files: readStoryFiles(), security: readFileSync(join(root, 'SECURITY.md'), 'utf8') }

describe('promises', () => {
  test.each(Object.entries(checks))('%s', (_, check) => {
    expect(check(given)).toEqual([])
  })
})

describe('these checks themselves', () => {
  const code = `
    describe('a door', () => {
      test.skipIf(process.platform === 'win32')('is shut', () => {})
      for (const way of ['in', 'out']) test.each([1, 2])(\`has %s \${way}\`, () => {})
    })
    test.each([[1], [2]])('holds %s times', { timeout: 1 }, async () => { /x/.test('y') })`
  const files = [storiesIn('house', code)]
  const promised = (id: string, ...titles: string[]) => ({
    id,
    says: 'The door holds.',
    scenarios: titles.map((title) => ({ file: 'house', title })),
  })
  const good = {
    promises: [promised('door-shut', 'a door'), promised('door-holds', 'holds %s times')],
    files: [storiesIn('house', code.replace(' ${way}', ''))],
    security:
      '## What we promise\n\nWords.\n\n- The door\n  holds. `door-shut`\n- The door holds. `door-holds`\n\nMore.\n\n## Next\n\n- x',
  }
  const complaints = (changed: Partial<typeof good>): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(checks).flatMap(([name, check]) => {
        const found = check({ ...good, ...changed })
        return found.length === 0 ? [] : [[name, found]]
      }),
    )

  test('find every story, wherever it is, and those that nobody could cite', () => {
    expect(files[0]).toEqual({
      file: 'house',
      stories: [
        { title: 'a door', runs: false },
        { title: 'a door > is shut', runs: true },
        { title: 'a door > ?', runs: true },
        { title: 'holds %s times', runs: true },
      ],
      nameless: [4],
    })
    expect(complaints({ files })).toEqual({
      'can cite every story, by a title that is plain text': ['house.test.ts:4: write the title as plain text'],
    })
  })

  test('are content with what is right', () => {
    expect(complaints({})).toEqual({})
  })

  test.each<[string, Partial<typeof good>, string]>([
    ['an id that another has', { promises: [...good.promises, promised('door-shut', 'a door')] }, 'door-shut: two'],
    ['a promise with no story', { promises: [...good.promises, promised('dog-barks')] }, 'dog-barks: name a story'],
    ['a story that is not there', { promises: [promised('door-shut', 'a window')] }, 'has no "a window"'],
    ['a story with no promise', { promises: [promised('door-shut', 'a door')] }, '"holds %s times"; cite it'],
    [
      'half of a describe with no promise',
      { promises: [promised('x', 'a door > is shut')] },
      '"a door > has %s"; cite',
    ],
    ['a promise that nobody is told', { security: '## What we promise\n\n## Next' }, 'missing: - The door holds.'],
    ['other words', { security: good.security.replace('holds', 'is strong') }, 'words: - The door is strong.'],
    ['a promise told twice', { security: good.security.replace('shut', 'holds') }, 'twice: - The door holds.'],
    ['a point without an id', { security: good.security.replace('\n\nMore', '\n- And so on.') }, 'words: - And so on.'],
  ])('see %s', (_, changed, complaint) => {
    expect(Object.values(complaints(changed)).flat().join('\n')).toContain(complaint)
  })
})
