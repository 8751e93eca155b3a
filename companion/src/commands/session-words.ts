import { harmlessPath, harmlessText } from '@countersign/shared/approval/harmless-text'

// How sessions are spoken of in the terminal, which does what characters in a text tell it.

/** An account by the name that she gave it, and by its id. */
export const called = (account: string, name: string | null): string =>
  harmlessText(name === null ? account : `${name} (${account})`, 140).text

/** A cookie's or a key's name, an origin: two that differ never look alike. */
export const named = (text: string): string => harmlessPath(text, 400).text

export const count = (amount: number, one: string): string => `${amount} ${amount === 1 ? one : `${one}s`}`

/** When a sign-in ends by its own date. */
export const expiry = (at: string | null): string => {
  if (at === null) return 'expiry unknown'
  return `${Date.parse(at) < Date.now() ? 'expired' : 'expires'} ${at.slice(0, 16).replace('T', ' ')} UTC`
}
