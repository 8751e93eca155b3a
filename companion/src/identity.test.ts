import { randomBytes } from 'node:crypto'
import { Secret } from '@countersign/shared/secret'
import { expect, it } from 'vitest'
import { openIdentity } from './identity.ts'
import { tempDatabase } from './testing/temp-database.ts'
import { createSealedItems } from './vault/sealed-items.ts'

it('is made once, and is the same at every later start', async () => {
  const { database } = tempDatabase()
  const items = createSealedItems({ database, masterKey: new Secret(randomBytes(32)), random: randomBytes })
  const first = await openIdentity(items)
  const second = await openIdentity(items)
  expect(second.text).toBe(first.text)
  expect(second.keys.privateKey.extractable).toBe(false)
  const algorithm = { name: 'ECDH', public: first.keys.publicCryptoKey }
  const agreed = (key: typeof first.keys.privateKey) => crypto.subtle.deriveBits(algorithm, key, 256)
  expect(await agreed(first.keys.privateKey)).toEqual(await agreed(second.keys.privateKey))
})

it('is not replaced when what is stored can not be read', async () => {
  const { database } = tempDatabase()
  const items = createSealedItems({ database, masterKey: new Secret(randomBytes(32)), random: randomBytes })
  items.put('companion identity', Buffer.from('{"kty":"EC"}'))
  await expect(openIdentity(items)).rejects.toMatchObject({ code: 'database_damaged' })
})
