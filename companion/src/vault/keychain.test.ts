import { expect, it } from 'vitest'
import { keychainFrom } from './keychain.ts'

it('leaves the keychain alone when told to, so that a new vault keeps its key in a file', async () => {
  const keychain = keychainFrom({ COUNTERSIGN_KEYCHAIN: 'none' })
  const signal = AbortSignal.timeout(1000)
  await expect(keychain.read('an account', signal)).rejects.toThrow('not to be used')
  await expect(keychain.write('an account', new Uint8Array(32), signal)).rejects.toThrow('not to be used')
})
