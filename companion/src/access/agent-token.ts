import { createHash, timingSafeEqual } from 'node:crypto'
import { Secret } from '@countersign/shared/secret'
import type { Random } from '../random.ts'

/** What an agent proves itself with. The companion keeps only its digest. */
export const newToken = (random: Random): Secret<string> =>
  new Secret(`csg_${Buffer.from(random(32)).toString('base64url')}`)

/** SHA-256 in hex; enough for 32 random bytes, which nobody guesses. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** In the same time whether they match or not, and wherever they differ. */
export const sameDigest = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}
