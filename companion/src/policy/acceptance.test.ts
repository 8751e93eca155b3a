import type { ApprovalDocument } from '@countersign/shared/approval/countersignature'
import { expect, it } from 'vitest'
import { acceptedHouse, policyText } from '../testing/accepted-house.ts'
import { companionKey } from '../testing/fake-browser.ts'
import { readAcceptance, type StoredAcceptance } from './acceptance.ts'

const text = policyText({ tools: { search_jobs: {} } })
const at = '2026-11-22T12:00:00.000Z'

type Row = [name: string, document: Partial<ApprovalDocument>, stored: Partial<StoredAcceptance>, counts: boolean]
const truth: Row[] = [
  ['as she signed it', {}, {}, true],
  ['one that says otherwise what was proposed', {}, { from: 'f'.repeat(64) }, true],
  ['a no', { answer: 'deny' }, {}, false],
  ['meant for another companion', { companion: `B${'x'.repeat(86)}` }, {}, false],
  ['asked by an agent', { grant: { id: 'g1', label: 'Claude' } }, {}, false],
  ['for another action', { tool: 'export' }, {}, false],
  ['for other arguments', { args: '0'.repeat(64) }, {}, false],
  ['another text', {}, { text: `${text} ` }, false],
  ['another number', {}, { number: 2 }, false],
  ['a text that is no policy', {}, { text: '{}' }, false],
]

it.each(truth)('an acceptance, %s', async (_, document, stored, counts) => {
  const { acceptance } = await acceptedHouse()
  const kept: StoredAcceptance = { ...(await acceptance(text, 1, document)), at, ...stored }
  const read = await readAcceptance(new TextEncoder().encode(JSON.stringify(kept)), companionKey)
  expect(read !== undefined).toBe(counts)
})

it('is none with another signature, or another shape', async () => {
  const { acceptance } = await acceptedHouse()
  const kept = { ...(await acceptance(text, 1)), at }
  const other = await acceptance(text, 1)
  const read = (one: object) => readAcceptance(new TextEncoder().encode(JSON.stringify(one)), companionKey)
  const swapped = { ...kept.approval, signature: other.approval.signature }
  expect(await read({ ...kept, approval: swapped })).toBeUndefined()
  expect(await read({ ...kept, approval: null })).toBeUndefined()
  expect(await read({ ...kept, more: 1 })).toBeUndefined()
  expect(await readAcceptance(new Uint8Array([123]), companionKey)).toBeUndefined()
})
