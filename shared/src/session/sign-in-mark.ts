import { canonicalJson, digest } from '../canonical.ts'
import type { Cookie } from './cookie.ts'
import { isProofCookie } from './site.ts'

/**
 * The digest of a mark: SHA-256 over the salt and the cookies that prove the sign-in, whatever order they come in. Who sees it without
 * the cookies learns nothing but whether two are alike; the salt is 32 random bytes, and new with every start of the companion.
 */
export const signInDigest = (salt: string, cookies: readonly Cookie[]): Promise<string> => {
  const proof = cookies
    .filter(isProofCookie)
    .map(({ name, domain, path, partition, value }) => ({ name, domain, path, partition, value: value.reveal() }))
    .map((each) => canonicalJson(each))
    .sort()
  return digest({ purpose: 'countersign/1 sign-in mark', salt, proof })
}
