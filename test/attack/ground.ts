import { createBelongings } from '../support/belongings.ts'
import { openBesieged, type Besieged } from './besieged.ts'
import type { Measured } from './unharmed.ts'

/** Where attacks take place. Those that need a companion in real use share one, which is opened for the first of them. */
export type Ground = AsyncDisposable & {
  besieged(): Promise<Besieged>
  /** That nobody but the attackers noticed anything; undefined when there was nobody yet who could have. */
  check(): Promise<Measured | undefined>
}

export function createGround(): Ground {
  const parts = createBelongings()
  let opening: Promise<Besieged> | undefined
  return {
    besieged: () => (opening ??= openBesieged().then((besieged) => parts.keep(besieged))),
    check: async () => (await opening)?.check(),
    async [Symbol.asyncDispose]() {
      await opening?.catch(() => undefined)
      await parts.close()
    },
  }
}
