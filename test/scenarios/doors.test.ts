import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildHostileExtension } from '../hostile-extension/build.ts'
import { ourOrigin } from '../support/bridge-socket.ts'
import { openChromium, type Chromium } from '../support/chromium.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { ledgerRows } from '../support/ledger.ts'
import { rawRequest, upgradeHead } from '../support/raw-request.ts'
import { statusOf } from '../support/status.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openWorld } from '../support/world.ts'

// Web pages are turned away by Host and Origin. Programs and other extensions can forge both, and come to nothing for want of a key.

let companion: Companion
let port: number
beforeAll(async () => {
  companion = await createCompanion()
  await companion.start()
  ;({ port } = companion)
})
afterAll(() => companion.close())

const statusLine = (answer: string): string => answer.split('\r\n')[0] ?? ''

describe('a program that sends what it likes', () => {
  test('with exactly our host and our origin gets as far as the handshake', async () => {
    const answer = await rawRequest(port, upgradeHead({ host: `127.0.0.1:${port}`, origin: ourOrigin }))
    expect(statusLine(answer)).toBe('HTTP/1.1 101 Switching Protocols')
  })

  const own = (at: number) => `127.0.0.1:${at}`
  test.each<[string, (at: number) => Record<string, string | string[] | undefined>]>([
    ['no host', (at) => ({ host: undefined, origin: ourOrigin, 'x-at': `${at}` })],
    ['localhost', (at) => ({ host: `localhost:${at}`, origin: ourOrigin })],
    ['[::1]', (at) => ({ host: `[::1]:${at}`, origin: ourOrigin })],
    ['a name that was rebound to us', (at) => ({ host: `rebound.example:${at}`, origin: ourOrigin })],
    ['our address as part of a name', (at) => ({ host: `127.0.0.1.evil.example:${at}`, origin: ourOrigin })],
    ['another port', (at) => ({ host: own(at + 1), origin: ourOrigin })],
    ['no port', () => ({ host: '127.0.0.1', origin: ourOrigin })],
    ['two hosts', (at) => ({ host: [own(at), own(at)], origin: ourOrigin })],
    ['no origin', (at) => ({ host: own(at) })],
    ['the origin null', (at) => ({ host: own(at), origin: 'null' })],
    ['our own address as origin', (at) => ({ host: own(at), origin: `http://127.0.0.1:${at}` })],
    ['localhost as origin', (at) => ({ host: own(at), origin: `http://localhost:${at}` })],
    ['Upwork as origin', (at) => ({ host: own(at), origin: 'https://www.upwork.com' })],
    ['a look-alike of our origin', (at) => ({ host: own(at), origin: ourOrigin.replace(/.$/, 'a') })],
    ['our id under another scheme', (at) => ({ host: own(at), origin: ourOrigin.replace('chrome-', 'moz-') })],
    ['our origin and more', (at) => ({ host: own(at), origin: `${ourOrigin}.evil.example` })],
    ['our origin in capitals', (at) => ({ host: own(at), origin: ourOrigin.toUpperCase() })],
    ['two origins', (at) => ({ host: own(at), origin: [ourOrigin, 'https://evil.example'] })],
  ])('with %s is turned away at the bridge', async (_, headers) => {
    const answer = await rawRequest(port, upgradeHead(headers(port)))
    // Node itself answers a request without a host, or with two.
    expect(statusLine(answer)).toMatch(/^HTTP\/1\.1 (403|400) /)
    expect(answer).not.toContain('101')
  })

  test.each(['http://evil.example', 'null', 'http://localhost', ourOrigin])(
    'posting to /mcp from %s is refused before the body is read',
    async (origin) => {
      const head = `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\ncontent-length: 1000000\r\n\r\n`
      expect(statusLine(await rawRequest(port, head))).toBe('HTTP/1.1 403 Forbidden')
    },
  )

  test('asking a proxy’s way, or by a rebound name, is refused wherever it asks', async () => {
    for (const path of ['/health', '/pair', '/mcp', '/bridge']) {
      const rebound = `GET ${path} HTTP/1.1\r\nhost: rebound.example:${port}\r\n\r\n`
      expect(statusLine(await rawRequest(port, rebound))).toContain('403')
      const proxied = `GET http://127.0.0.1:${port}${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`
      expect(statusLine(await rawRequest(port, proxied))).toContain('403')
    }
  })
})

describe('a web page in Chromium', () => {
  let chromium: Chromium
  let server: Server
  let page: Page
  beforeAll(async () => {
    chromium = await openChromium({ arguments: ['--host-resolver-rules=MAP rebound.test 127.0.0.1'] })
    server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>A page</p>'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    page = await chromium.open(`http://127.0.0.1:${portOf(server)}/`)
  })
  afterAll(async () => {
    server.close()
    await chromium.close()
  })

  test.each([
    ['of another port of this machine', () => `http://127.0.0.1:${portOf(server)}/`],
    ['of localhost', () => `http://localhost:${portOf(server)}/`],
    ['of a name that was rebound to this machine', () => `http://rebound.test:${portOf(server)}/`],
  ])('%s opens no bridge, and reads nothing', async (_, address) => {
    await page.goto(address())
    expect(await opens(page, `ws://127.0.0.1:${port}/bridge`)).toBe('closed 1006')
    expect(await reads(page, `http://127.0.0.1:${port}/health`)).toBe('failed')
    expect(await reads(page, `http://127.0.0.1:${port}/mcp`, 'POST')).toBe('failed')
  })

  test('at a name that was rebound to our very port is of our origin, and still gets nothing', async () => {
    await page.goto(`http://rebound.test:${port}/health`)
    expect(await page.evaluate(() => document.body.innerText.trim())).toBe('Not for you.')
    expect(await reads(page, `http://rebound.test:${port}/health`)).toBe('403')
    expect(await reads(page, `http://rebound.test:${port}/mcp`, 'POST')).toBe('403')
    expect(await opens(page, `ws://rebound.test:${port}/bridge`)).toBe('closed 1006')
  })

  test('without an origin, in a sandboxed frame, opens no bridge', async () => {
    await page.goto(`http://127.0.0.1:${portOf(server)}/`)
    const framed = `<script>
      const socket = new WebSocket('ws://127.0.0.1:${port}/bridge')
      socket.onopen = () => parent.postMessage('open', '*')
      socket.onclose = ({ code }) => parent.postMessage('closed ' + code, '*')
    </script>`
    const told = await page.evaluate(
      `new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data))
        const frame = document.createElement('iframe')
        frame.sandbox = 'allow-scripts'
        frame.srcdoc = ${JSON.stringify(framed).replaceAll('</', '<\\/')}
        document.body.append(frame)
      })`,
    )
    expect(told).toBe('closed 1006')
  })
})

describe('another extension that forges our origin', () => {
  const got = z.object({ lengths: z.array(z.int()), end: z.string() })

  test('gets past the door, and not a byte beyond the handshake; the ledger tells of it', async () => {
    await using world = await openWorld()
    await world.pair()
    const { companion: paired, chromium } = world
    await using folder = await temporaryFolder('hostile-extension')
    await buildHostileExtension(folder.path)
    const hostile = await chromium.loadExtension(folder.path)
    const page = await chromium.browser.newPage()
    await page.goto(`chrome-extension://${hostile.id}/page.html`)

    const plays = async (mode: 'connect' | 'pair') =>
      got.parse(await page.evaluate(`meet(${paired.port}, ${JSON.stringify(ourOrigin)}, '${mode}')`))
    // Twice the companion's proof of itself, which anybody may have, and then the refusal.
    expect(await plays('connect')).toEqual({ lengths: [212, 212], end: 'refused after M3' })
    // A code that it doesn't know opens nothing, not even within the two minutes of one that was used.
    expect(await plays('pair')).toEqual({ lengths: [212], end: 'bad-code after nothing' })

    expect((await ledgerRows(paired)).filter(({ kind }) => kind === 'peer_unknown')).toMatchObject([
      { asker: 'Companion', outcome: 'refused' },
    ])
    expect((await statusOf(paired)).browsers).toMatchObject([{ connected: true }])
  })
})

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** What becomes of a WebSocket that this page opens. */
const opens = (page: Page, address: string): Promise<string> =>
  page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('close', ({ code }) => resolve(`closed ${code}`))
      }),
    address,
  )

/** The status that this page may see, or that it may see nothing. */
const reads = (page: Page, address: string, method = 'GET'): Promise<string> =>
  page.evaluate(
    (url, how) =>
      fetch(url, { method: how }).then(
        ({ status }) => String(status),
        () => 'failed',
      ),
    address,
    method,
  )
