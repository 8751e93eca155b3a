import { createStored, type StorageArea } from '../background/stored.ts'

export const memoryArea = (): StorageArea & { readonly values: Record<string, unknown> } => {
  const values: Record<string, unknown> = {}
  return {
    values,
    get: async (key) => (Object.hasOwn(values, key) ? { [key]: structuredClone(values[key]) } : {}),
    set: async (changed) => {
      Object.assign(values, structuredClone(changed))
    },
  }
}

/** What the worker keeps, in memory. */
export const memoryStored = () => createStored({ local: memoryArea(), session: memoryArea() })
