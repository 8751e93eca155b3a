import type { ElementHandle, Page } from 'puppeteer-core'
import { takePicture } from './picture.ts'
import { until } from './until.ts'

export type Role = 'button' | 'textbox' | 'radio' | 'checkbox' | 'article' | 'status' | 'alert' | 'heading' | 'link'

/** The extension's page as a person has it before her: things are found by role and name, and pressed with the pointer. */
export type Surface = AsyncDisposable & {
  readonly page: Page
  /** The first of this role, and of exactly this name if one is given; undefined when there is none now. */
  find(role: Role, name?: string): Promise<ElementHandle | undefined>
  /** Presses a button, radio, checkbox or link once it can be pressed. */
  press(name: string, role?: Role): Promise<void>
  /** Presses at once, ready or not. */
  pressAtOnce(name: string): Promise<void>
  fill(name: string, text: string): Promise<void>
  isEnabled(button: string): Promise<boolean>
  /** The question that is shown once its name holds all these parts: its name, and all that can be read in it. */
  question(...parts: readonly string[]): Promise<{ name: string; text: string }>
  /** What the element of this role says, once it holds this text. */
  says(role: 'status' | 'alert', text: string, seconds?: number): Promise<string>
  /** All that can be read now. */
  text(): Promise<string>
  picture(path: `${string}.png`, scheme?: 'light' | 'dark'): Promise<void>
  close(): Promise<void>
}

export function createSurface(page: Page): Surface {
  const find = async (role: Role, name?: string): Promise<ElementHandle | undefined> =>
    (await page.$(selector(role, name))) ?? undefined

  const require = (role: Role, name: string): Promise<ElementHandle> =>
    until(`there is a ${role} "${name}"`, () => find(role, name))

  const close = async (): Promise<void> => {
    if (!page.isClosed()) await page.close().catch(() => undefined)
  }
  const text = (): Promise<string> => page.evaluate(() => document.body.innerText)

  return {
    page,
    find,
    text,
    close,
    [Symbol.asyncDispose]: close,
    press: (name, role = 'button') => page.locator(selector(role, name)).setTimeout(10_000).click(),
    async pressAtOnce(name) {
      const button = await require('button', name)
      const { x, y } = await button.clickablePoint()
      await page.mouse.click(x, y)
    },
    async fill(name, value) {
      await page.locator(selector('textbox', name)).setTimeout(10_000).fill(value)
    },
    async isEnabled(name) {
      const button = await require('button', name)
      return button.evaluate((element) => !element.matches(':disabled'))
    },
    question: (...parts) =>
      until(`there is a question about ${parts.join(' and ')}`, async () => {
        const article = await find('article')
        if (article === undefined) return undefined
        const node = await page.accessibility.snapshot({ root: article, interestingOnly: false })
        const name = node?.name ?? ''
        if (!parts.every((part) => name.includes(part))) return undefined
        return { name, text: await article.evaluate((element) => element.textContent ?? '') }
      }),
    says: (role, part, seconds = 10) =>
      until(
        `a ${role} says "${part}"`,
        async () => {
          for (const element of await page.$$(selector(role))) {
            const said = await element.evaluate((each) => each.textContent ?? '')
            if (said.includes(part)) return said
          }
          return undefined
        },
        { seconds },
      ),
    picture: (path, scheme) => takePicture(page, path, scheme),
  }
}

function selector(role: Role, name?: string): string {
  return name === undefined ? `::-p-aria([role="${role}"])` : `::-p-aria([name="${name}"][role="${role}"])`
}
