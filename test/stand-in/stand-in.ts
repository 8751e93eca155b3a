import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { createCanaries } from './canaries.ts'
import { makeCertificate } from './certificate.ts'
import { decoyCookies } from './cookies.ts'
import { decoyPage } from './pages.ts'
import { createSignIns } from './sign-ins.ts'
import { createUpwork, type Answered } from './upwork.ts'

/**
 * A small https site that behaves as upwork.com does, as far as a session notices. Whether a browser is signed in is
 * decided here, by values that only a faithful copy has: nothing that a browser says of itself counts.
 */
export type StandIn = AsyncDisposable & {
  readonly port: number
  /** What a Chromium needs to take this for upwork.com, and to reach nothing else. */
  readonly browserArguments: readonly string[]
  /** The word that every secret value of this site holds. */
  readonly canary: string
  /** Every secret value handed out so far: cookies and storage. */
  readonly canaries: readonly string[]
  /** The values that look-alike domains handed out; none of them may ever be captured. */
  readonly decoys: readonly string[]
  readonly requests: readonly Seen[]
  close(): Promise<void>
}

export type Seen = { readonly host: string; readonly path: string; readonly signedInAs?: string }

const lookAlikes = ['evil-upwork.com', '*.evil-upwork.com', '*.example']

export async function createStandIn({ canary }: { canary?: string } = {}): Promise<StandIn> {
  const certificate = await makeCertificate()
  const canaries = createCanaries(canary)
  const decoys = createCanaries(`decoy${canaries.word}`)
  const upwork = createUpwork({ signIns: createSignIns(canaries), canaries })
  const requests: Seen[] = []

  const lookAlike = (host: string): Answered => ({
    status: 200,
    body: decoyPage(host, { local: { token_cache: decoys.issue('token_cache') }, session: {} }),
    cookies: decoyCookies(decoys),
  })

  const answer = async (request: IncomingMessage): Promise<Answered> => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const url = new URL(request.url ?? '/', `https://${host}`)
    const form = new URLSearchParams(request.method === 'POST' ? await bodyOf(request) : '')
    const asked = { method: request.method ?? 'GET', host, url, cookie: request.headers.cookie, form }
    const answered = host === 'upwork.com' || host.endsWith('.upwork.com') ? upwork(asked) : lookAlike(host)
    const who = answered.signedInAs === undefined ? {} : { signedInAs: answered.signedInAs }
    requests.push({ host, path: url.pathname, ...who })
    return answered
  }

  const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    answer(request).then(
      ({ status, body, cookies, location }) => {
        response.writeHead(status, {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }),
          ...(location === undefined ? {} : { location }),
        })
        response.end(body)
      },
      () => response.writeHead(500).end('The stand-in failed.'),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no port.')
  const { port } = address

  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const here = ['upwork.com', '*.upwork.com', ...lookAlikes].map((host) => `MAP ${host} 127.0.0.1:${port}`)
  return {
    port,
    browserArguments: [
      `--host-resolver-rules=${[...here, 'MAP 127.0.0.1 127.0.0.1', 'MAP * ~NOTFOUND'].join(', ')}`,
      `--ignore-certificate-errors-spki-list=${certificate.spkiHash}`,
    ],
    canary: canaries.word,
    canaries: canaries.all,
    decoys: decoys.all,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
