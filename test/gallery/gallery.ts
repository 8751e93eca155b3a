import { createServer } from 'node:http'
import { mkdir, readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { launch } from 'puppeteer-core'
import { z } from 'zod'
import { browserProgram, sandboxArguments } from '../support/chromium.ts'
import { scripts, states } from './states.ts'

/**
 * Pictures of every page in every state, from the built extension and a made-up worker, for people to look at:
 * node scripts/run-typescript.mjs test/gallery/gallery.ts FOLDER [PART OF A NAME]
 */
const [, , to = 'gallery', only = ''] = process.argv
const from = process.env['COUNTERSIGN_PAGES'] ?? 'extension/dist/chrome'
const looks = [
  { name: 'light', width: 380, scheme: 'light', window: false },
  { name: 'dark', width: 380, scheme: 'dark', window: false },
  { name: 'narrow', width: 320, scheme: 'light', window: true },
  { name: 'window', width: 420, scheme: 'dark', window: true },
] as const

const manifest = z
  .object({ content_security_policy: z.object({ extension_pages: z.string() }) })
  .parse(JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')))
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://pages').pathname)
  readFile(join(from, path)).then(
    (body) => {
      response.setHeader('content-security-policy', manifest.content_security_policy.extension_pages)
      response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(body)
    },
    () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
  )
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = z.object({ port: z.int() }).parse(server.address())

const browser = await launch({
  executablePath: browserProgram(),
  args: sandboxArguments(),
})
try {
  await mkdir(to, { recursive: true })
  for (const [name, state] of Object.entries(states)) {
    if (!name.includes(only)) continue
    for (const look of looks) {
      const page = await browser.newPage()
      page.on('console', (message) => console.log(`${name}: ${message.text()}`))
      page.on('pageerror', (error) => console.log(`${name}: ${String(error)}`))
      await page.setViewport({ width: look.width, height: 600, deviceScaleFactor: 2 })
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.scheme }])
      const { answers, presses } = scripts[name] ?? { answers: {}, presses: [] }
      await page.evaluateOnNewDocument(pretendWorker, state, answers)
      await page.goto(`http://127.0.0.1:${address.port}/popup.html${look.window ? '?surface=window' : ''}`)
      await page.waitForSelector('#app main')
      for (const press of presses) {
        await page.evaluate(stillness)
        await page.locator(`::-p-aria([name="${press}"])`).click()
      }
      for (const button of await page.$$('[data-answer=approve]')) await button.evaluate(settled)
      if (name.endsWith('-opened')) await page.evaluate(openDetails)
      await page.evaluate(stillness)
      await page.screenshot({ path: join(to, `${name}.${look.name}.png`) })
      await page.close()
    }
    console.log(name)
  }
} finally {
  await browser.close()
  server.close()
}

/** Runs in the page, before its own scripts: a `browser` whose worker knows one state, and these answers. */
function pretendWorker(state: object, answers: Record<string, object>) {
  const nothing = { addListener: () => undefined }
  const hears = { addListener: (listener: (message: object) => void) => setTimeout(() => listener(state), 20) }
  const runtime = {
    id: 'gallery',
    connect: () => ({ onMessage: hears, onDisconnect: nothing, disconnect: () => undefined }),
    sendMessage: ({ kind }: { kind: string }) => Promise.resolve(answers[kind] ?? { kind: 'done' }),
  }
  Object.assign(globalThis, { chrome: { runtime }, browser: { runtime } })
}

/** Runs in the page: waits until the button is armed. */
function settled(button: Element): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (button.hasAttribute('disabled') ? requestAnimationFrame(look) : resolve())
    look()
  })
}

/** Runs in the page: shows what lies behind a click, down to the end. */
function openDetails(): void {
  for (const details of document.querySelectorAll('details')) details.open = true
  window.scrollTo(0, document.body.scrollHeight)
}

/** Runs in the page: waits until nothing fades any more. */
async function stillness(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50))
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))
}
