import { refusal, type Refusal } from '@countersign/shared/errors'
import type { Session } from '@countersign/shared/session/session'
import { accountOf, isSiteCookie, isSiteUrl, judgeSignIn, site } from '@countersign/shared/session/site'

/** Why a capture must not be saved, as its own cookies tell; the browser's word for it is not taken. */
export const checkCapture = (session: Session): Refusal | undefined => {
  if (!session.cookies.every(isSiteCookie)) return foreign
  if (![...session.origins, ...session.leftOut].every(({ origin }) => isSiteOrigin(origin))) return foreign
  // The page is not part of a session, so here the home page stands for it; the browser may have had more doubt.
  const { verdict } = judgeSignIn(session.cookies, site.home)
  if (verdict === 'signed-out') return refusal('signed_out')
  if (session.account !== accountOf(session.cookies)) return unlike
  if (verdict === 'uncertain' && session.signIn === 'signed-in') return unlike
  return undefined
}

const isSiteOrigin = (origin: string): boolean => isSiteUrl(origin) && new URL(origin).origin === origin

const foreign = refusal('capture_refused', {
  reason: `The browser sent something that is not of ${site.domain}, so nothing was saved.`,
})
const unlike = refusal('capture_refused', {
  reason: 'The browser named another account or sign-in than its cookies do, so nothing was saved.',
})
