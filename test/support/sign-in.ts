import type { Page } from 'puppeteer-core'

const login = 'https://www.upwork.com/ab/account-security/login'

/** Signs in at the stand-in as a person does: opens the page, types the name, presses the button. */
export async function signIn(tab: Page, account: string, variant: 'usual' | 'uncertain' = 'usual'): Promise<void> {
  await tab.goto(`${login}?variant=${variant}`)
  await tab.locator('aria/Username').fill(account)
  await Promise.all([tab.waitForNavigation(), tab.locator('::-p-aria([name="Log in"][role="button"])').click()])
}

export async function signOut(tab: Page): Promise<void> {
  await tab.goto('https://www.upwork.com/ab/account-security/logout')
}

/** Whom the page says it shows; undefined on any page for strangers. */
export async function signedInAs(tab: Page): Promise<string | undefined> {
  const who = await tab.$('[data-signed-in-as]')
  return (await who?.evaluate((element) => element.getAttribute('data-signed-in-as'))) ?? undefined
}
