import { createBrowserIdentities, type KeyStore, type StoredKeys } from '../background/identity.ts'

export const memoryKeys = (): KeyStore => {
  let kept: StoredKeys | undefined
  return {
    get: async () => kept,
    set: async (keys) => {
      kept = keys
    },
    clear: async () => {
      kept = undefined
    },
  }
}

export const memoryIdentities = () => createBrowserIdentities(memoryKeys())
