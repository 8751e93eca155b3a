import { describe, expect, test } from 'vitest'
import { siteTabs, type TabFacts } from './choose-tab.ts'

const feed = 'https://www.upwork.com/nx/find-work'
const facts = (id: number, more: Partial<TabFacts> = {}): TabFacts => ({
  id,
  url: feed,
  windowId: 1,
  active: false,
  incognito: false,
  ...more,
})

describe('which tab a capture is of', () => {
  test.each([
    ['the one in front', [facts(1, { lastAccessed: 9 }), facts(2, { active: true, lastAccessed: 1 })], [2, 1]],
    [
      'the last one used, when another site is in front',
      [facts(1, { lastAccessed: 3 }), facts(2, { lastAccessed: 7 })],
      [2, 1],
    ],
    [
      'the last one used, when the site is in front in another window only',
      [facts(1, { active: true, windowId: 2, lastAccessed: 3 }), facts(2, { lastAccessed: 7 })],
      [2, 1],
    ],
    ['none of a private window', [facts(1, { active: true, incognito: true }), facts(2)], [2]],
    ['none without an address', [facts(1, { url: undefined }), facts(2, { id: undefined })], []],
    [
      'none of a look-alike',
      [
        facts(1, { url: 'https://evil-upwork.com/' }),
        facts(2, { url: 'https://upwork.com.evil.example/' }),
        facts(3, { url: 'http://www.upwork.com/' }),
        facts(4, { url: 'https://www.upwork.com:8443/' }),
      ],
      [],
    ],
    ['none at all', [], []],
  ] as const)('%s', (_case, tabs, chosen) => {
    expect(siteTabs(tabs, 1).map(({ id }) => id)).toEqual(chosen)
  })

  test('says which are put to sleep, and where they are', () => {
    expect(siteTabs([facts(1, { discarded: true })], undefined)).toEqual([
      { id: 1, url: feed, origin: 'https://www.upwork.com', discarded: true },
    ])
  })
})
