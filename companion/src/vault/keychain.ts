import { AsyncEntry } from '@napi-rs/keyring'
import type { Machine } from '../machine.ts'

/** The system's keychain, as far as we use it. Each call rejects when there is none, it is locked, or the signal aborts. */
export type Keychain = {
  read(account: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  write(account: string, secret: Uint8Array, signal: AbortSignal): Promise<void>
}

/** `COUNTERSIGN_KEYCHAIN=none` is for vaults that are thrown away, as in tests: a new one then keeps its key in a file. */
export const keychainFrom = (env: Machine['env']): Keychain =>
  env['COUNTERSIGN_KEYCHAIN'] === 'none' ? noKeychain : systemKeychain()

const noKeychain: Keychain = {
  read: () => Promise.reject(new Error('The keychain is not to be used')),
  write: () => Promise.reject(new Error('The keychain is not to be used')),
}

const systemKeychain = (): Keychain => {
  // On Linux the library would else fall back to the kernel's keyring, which a reboot empties.
  const entry = (account: string) => new AsyncEntry('countersign', account, { linux: { store: 'secret-service' } })
  return {
    read: async (account, signal) => {
      const found = await unlessAborted(entry(account).getSecret(signal), signal)
      return found === null ? undefined : Uint8Array.from(found)
    },
    write: (account, secret, signal) => unlessAborted(entry(account).setSecret(secret, signal), signal),
  }
}

// The library looks at the signal only before it starts; a keychain may then wait for a password for as long as it likes.
const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('The keychain did not answer', { cause: signal.reason }))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
