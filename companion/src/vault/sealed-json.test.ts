import { randomBytes } from 'node:crypto'
import { Secret } from '@countersign/shared/secret'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { tempDatabase } from '../testing/temp-database.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { createSealedItems } from './sealed-items.ts'
import { getJson, putJson } from './sealed-json.ts'

const shape = z.strictObject({ count: z.int() })
const open = () => {
  const { database } = tempDatabase()
  const masterKey = new Secret<Uint8Array>(randomBytes(32))
  return createSealedItems({ database, masterKey, random: randomBytes })
}

it('gives back what was put, under the same name and bound to the same', () => {
  const items = open()
  const era = { era: 'one' }
  putJson(items, 'counted', { count: 3 }, era)
  expect(getJson(items, 'counted', shape, era)).toEqual({ count: 3 })
  expect(getJson(items, 'another', shape, era)).toBeUndefined()
  expect(thrownBy(() => getJson(items, 'counted', shape))).toMatchObject({ code: 'database_damaged' })
})

it.each(['{"count":3', '{"count":"3"}', '{"count":3,"more":1}', ''])('does not take %j', (text) => {
  const items = open()
  items.put('counted', Buffer.from(text))
  const thrown = thrownBy(() => getJson(items, 'counted', shape))
  expect(thrown.code).toBe('database_damaged')
  expect(thrown.cause).toBeUndefined()
})
