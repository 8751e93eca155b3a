import type { Canaries } from './canaries.ts'

export type Account = { readonly id: string; readonly uid: string; readonly name: string }

export const accounts: readonly Account[] = [
  { id: 'example-freelancer', uid: '1840000000000000001', name: 'Example Freelancer' },
  { id: 'second-example', uid: '1840000000000000002', name: 'Second Example' },
  { id: 'third-example', uid: '1840000000000000003', name: 'Third Example' },
]

/** What the server remembers of one sign-in. A browser is let in by these values and by nothing else. */
export type SignIn = {
  readonly account: Account
  readonly token: string
  readonly session: string
  readonly device: string
}

export type SignIns = {
  start(account: Account): SignIn
  /** The sign-in to which both values belong; a token without its session, or the other way round, is no one. */
  find(token: string | undefined, session: string | undefined): SignIn | undefined
  /** Gives the sign-in another token; the old one is worth nothing from here on. */
  rotate(signIn: SignIn): SignIn
  end(signIn: SignIn): void
}

export function createSignIns(canaries: Canaries): SignIns {
  const byToken = new Map<string, SignIn>()
  const keep = (signIn: SignIn): SignIn => {
    byToken.set(signIn.token, signIn)
    return signIn
  }
  return {
    start: (account) =>
      keep({
        account,
        token: canaries.issue('master_access_token'),
        session: canaries.issue('session'),
        device: canaries.issue('device'),
      }),
    find(token, session) {
      const signIn = token === undefined ? undefined : byToken.get(token)
      return signIn?.session === session ? signIn : undefined
    },
    rotate(signIn) {
      byToken.delete(signIn.token)
      return keep({ ...signIn, token: canaries.issue('master_access_token') })
    },
    end: (signIn) => void byToken.delete(signIn.token),
  }
}
