import { z } from 'zod'

/**
 * A value that must not be shown: a cookie's, a storage entry's, a token.
 * It prints as `[secret]` in every form that a log, an error or `JSON.stringify` might use, and opens only through `reveal()`,
 * so a search for `.reveal(` finds every place where a value can get out.
 */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  // What Node's console and its assertions call; a symbol from the registry, so that no Node module is needed here.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** On the wire and in the vault a string; in memory a `Secret<string>`. `z.encode` is the way back. */
export const secretText = z.codec(z.string(), z.instanceof(Secret<string>), {
  decode: (text) => new Secret(text),
  encode: (secret) => secret.reveal(),
})
