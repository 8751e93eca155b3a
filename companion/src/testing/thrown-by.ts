import { CountersignError } from '@countersign/shared/errors'

/** The coded error that this throws; a plain one passes through, none is an error. */
export const thrownBy = (act: () => unknown): CountersignError => {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof CountersignError) return thrown
    throw thrown
  }
  throw new Error('Nothing was thrown')
}
