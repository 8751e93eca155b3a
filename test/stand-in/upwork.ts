import type { Canaries } from './canaries.ts'
import { readCookies, signInCookies, signOutCookies, tokenCookie, visitorCookies, type Variant } from './cookies.ts'
import { communityPage, feedPage, fillPage, loginPage, plainPage, type Storage } from './pages.ts'
import { accounts, type SignIn, type SignIns } from './sign-ins.ts'

export type Asked = { method: string; host: string; url: URL; cookie: string | undefined; form: URLSearchParams }
export type Answered = { status: number; body: string; cookies: string[]; location?: string; signedInAs?: string }

const login = '/ab/account-security/login'
const feed = '/nx/find-work/best-matches'

/** The site itself: what upwork.com answers, as far as a session notices. */
export function createUpwork({ signIns, canaries }: { signIns: SignIns; canaries: Canaries }) {
  const visiting = (asked: Asked): string[] =>
    readCookies(asked.cookie).has(asked.host === 'www.upwork.com' ? 'visitor_id' : 'community_session')
      ? []
      : visitorCookies(asked.host, canaries)

  const storageFor = (signIn: SignIn): Storage => ({
    local: { user_preferences: JSON.stringify({ feed: 'best-matches' }), token_cache: canaries.issue('token_cache') },
    session: { tab_session: canaries.issue('tab_session'), opened_as: signIn.account.id },
  })

  const show = (asked: Asked, body: string): Answered => ({ status: 200, body, cookies: visiting(asked) })

  const signingIn = (asked: Asked): Answered => {
    const variant: Variant = asked.form.get('variant') === 'uncertain' ? 'uncertain' : 'usual'
    const account = accounts.find(({ id }) => id === asked.form.get('username'))
    if (account === undefined)
      return { ...show(asked, askToLogIn(variant, 'There is no such example account.')), status: 401 }
    return goTo(feed, signInCookies(signIns.start(account), canaries, variant))
  }

  const signedIn = (asked: Asked, signIn: SignIn, cookies: ReadonlyMap<string, string>): Answered => {
    if (asked.url.pathname === '/nx/rotate') {
      const rotated = signIns.rotate(signIn)
      return {
        ...show(asked, plainPage('The token was rotated', 'The old one opens nothing.')),
        cookies: [tokenCookie(rotated)],
      }
    }
    const { id, name } = signIn.account
    return show(asked, feedPage(name, id, cookies.get('__Host-device') === signIn.device, storageFor(signIn)))
  }

  return (asked: Asked): Answered => {
    const { pathname, searchParams } = asked.url
    const cookies = readCookies(asked.cookie)
    const signIn = signIns.find(cookies.get('master_access_token'), cookies.get('__Host-session'))
    const who = signIn === undefined ? {} : { signedInAs: signIn.account.id }

    if (pathname === '/nx/fill') {
      return show(asked, fillPage(Number(searchParams.get('kib') ?? '64'), canaries.issue('fill')))
    }
    if (asked.host === 'upwork.com') return goTo(`https://www.upwork.com${pathname}`)
    if (asked.host !== 'www.upwork.com') {
      const storage = { local: { community_draft: canaries.issue('community_draft') }, session: {} }
      return show(asked, communityPage(storage))
    }
    if (pathname === login && asked.method === 'POST') return signingIn(asked)
    if (pathname === login) return show(asked, askToLogIn(searchParams.get('variant') ?? 'usual'))
    if (pathname === '/ab/account-security/logout') {
      if (signIn !== undefined) signIns.end(signIn)
      return goTo(login, signOutCookies())
    }
    if (pathname === '/') return goTo(feed)
    if (pathname !== feed && pathname !== '/nx/rotate') {
      return { ...show(asked, plainPage('Nothing here', 'The stand-in has no such page.')), status: 404 }
    }
    return signIn === undefined ? goTo(login, visiting(asked)) : { ...signedIn(asked, signIn, cookies), ...who }
  }
}

function askToLogIn(variant: string, problem?: string): string {
  return loginPage(
    accounts.map(({ id }) => id),
    variant,
    problem,
  )
}

function goTo(location: string, cookies: string[] = []): Answered {
  return { status: 303, body: '', cookies, location }
}
