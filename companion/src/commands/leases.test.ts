import type { ReleasedCopy } from '@countersign/shared/protocol/overview'
import { expect, it } from 'vitest'
import { leasesInWords } from './leases.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const copy: ReleasedCopy = {
  id: '3f2a91c0-6b9a-4e57-9d6a-5f9d1b0c2a31',
  kind: 'lease',
  account: 'ada',
  format: 'playwright',
  path: '/home/ada/session.json',
  command: null,
  since: '2026-11-24T11:00:00.000Z',
  until: '2026-11-24T13:00:00.000Z',
  version: 3,
}

it('tells what is out, until when, and what could not be wiped', () => {
  const launch: ReleasedCopy = { ...copy, kind: 'launch', command: 'node scrape.js', until: null }
  const left = {
    id: copy.id,
    path: '/media/stick/a.json',
    why: 'time',
    trouble: 'Its folder is gone: /media/stick/a.json',
  }
  expect(leasesInWords({ released: [copy, launch], leftBehind: [left] }, now)).toEqual([
    '3f2a91c0  lease   /home/ada/session.json (ada, version 3, playwright), 60 minutes left',
    '3f2a91c0  launch  node scrape.js (ada, version 3, playwright), until it ends',
    '3f2a91c0  ended, and not wiped yet. Its folder is gone: /media/stick/a.json.',
  ])
})
