import { sessionDigest, session } from '@countersign/shared/session/session'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { formatContract } from '../testing/format-contract.ts'
import { sampleSession } from '../testing/sample-session.ts'
import { json } from './json.ts'

/** Whoever reads this format may take exactly this, and refuse all else. */
const envelope = z.strictObject({ format: z.literal('countersign-session'), version: z.literal(1), session })
const readBack = (text: string) => envelope.parse(JSON.parse(text)).session

it('is read back as the very session that was saved, to its digest', async () => {
  const saved = sampleSession({ leftOut: [{ origin: 'https://large.upwork.com', bytes: 9_000_000 }] })
  const { text, notes } = json.write(saved, {})
  expect(await sessionDigest(readBack(text.reveal()))).toBe(await sessionDigest(saved))
  expect(notes).toEqual(['The storage of https://large.upwork.com was too large to be saved, so it is not here.'])
})

formatContract(json, {
  read: (text) => {
    const { cookies, origins } = readBack(text)
    return {
      cookies: cookies.map(({ name, value, sameSite }) => ({ name, value: value.reveal(), sameSite })),
      localStorage: origins
        .flatMap(({ localStorage }) => localStorage)
        .map(({ name, value }) => ({ name, value: value.reveal() })),
    }
  },
})
