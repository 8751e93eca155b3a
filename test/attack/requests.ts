import type { Chance } from '../support/chance.ts'
import { ourOrigin } from '../support/bridge-socket.ts'
import { exchange, statusesIn } from './exchange.ts'
import { hosts, lengths, methods, oddLines, origins, targets } from './odd-requests.ts'
import { changed, cutShort } from './spoil-bytes.ts'
import { playKinds, requireOneOf, type Kind, type Plan } from './tries.ts'

/** The ways of saying no. */
const no = ['400', '401', '403', '404', '405', '408', '413', '417', '426', '431', '501', '505']

/** Requests that are not as they should be, at every door. Only who comes with exactly our host and origin passes. */
export async function spoilRequests(port: number, plan: Plan): Promise<void> {
  await playKinds(plan, kindsFor(port), Array.from({ length: 12 }))
}

type Request = { readonly start: string; readonly headers: readonly string[]; readonly body: string }

function kindsFor(port: number): readonly Kind<unknown>[] {
  const host = `host: 127.0.0.1:${port}`
  const upgrade = ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13']
  const bridge: Request = {
    start: 'GET /bridge HTTP/1.1',
    headers: [host, `origin: ${ourOrigin}`, ...upgrade, 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='],
    body: '',
  }
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
  const all: readonly [Request, ...Request[]] = [
    bridge,
    { start: 'GET /health HTTP/1.1', headers: [host], body: '' },
    { start: 'HEAD /pair HTTP/1.1', headers: [host], body: '' },
    {
      start: 'POST /mcp HTTP/1.1',
      headers: [host, 'content-type: application/json', `content-length: ${call.length}`],
      body: call,
    },
  ]

  const asked = (name: string, make: (chance: Chance) => string | Buffer, every?: number): Kind<unknown> => ({
    name,
    ...(every === undefined ? {} : { every }),
    async play(chance) {
      const bytes = make(chance)
      const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1')
      return judged(await exchange(port, bytes), yesTo(text, port))
    },
  })
  const spoilt = (name: string, spoil: (request: Request, chance: Chance) => Request): Kind<unknown> =>
    asked(name, (chance) => written(spoil(chance.one(all), chance)))

  return [
    asked('as they are', (chance) => written(chance.one(all))),
    asked('a byte changed', (chance) => changed(Buffer.from(written(chance.one(all)), 'latin1'), chance)),
    spoilt('another host', (request, chance) => ({
      ...request,
      headers: request.headers.map((line) => (line === host ? chance.one(hosts(port)) : line)),
    })),
    spoilt('another host beside ours', (request, chance) => ({
      ...request,
      headers: shuffledIn(chance.one(hosts(port)), request.headers, chance),
    })),
    spoilt('another origin', (request, chance) => ({
      ...request,
      headers: shuffledIn(
        chance.one(origins),
        request.headers.filter((line) => !line.startsWith('origin:')),
        chance,
      ),
    })),
    spoilt('two origins', (request, chance) => ({
      ...request,
      headers: shuffledIn(
        chance.one(origins),
        [...request.headers.filter((line) => !line.startsWith('origin:')), `origin: ${ourOrigin}`],
        chance,
      ),
    })),
    spoilt('another method', (request, chance) => ({
      ...request,
      start: request.start.replace(/^[A-Z]+/, chance.one(methods)),
    })),
    spoilt('another target', (request, chance) => ({
      ...request,
      start: request.start.replace(/ \S+ /, ` ${chance.one(targets(port))} `),
    })),
    spoilt('another version', (request, chance) => ({
      ...request,
      start: request.start.replace(
        /HTTP.*$/,
        chance.one(['HTTP/0.9', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 HTTP/1.1', '', 'ICY']),
      ),
    })),
    spoilt('a header line that is none', (request, chance) => ({
      ...request,
      headers: shuffledIn(chance.one(oddLines), request.headers, chance),
    })),
    spoilt('a body of two lengths', (request, chance) => ({
      ...request,
      headers: [...request.headers, ...chance.one(lengths)],
      body: `0\r\n\r\nGET /health HTTP/1.1\r\n${host}\r\n\r\n`,
    })),
    {
      name: 'several at once',
      async play(chance) {
        const requests = [1, 2, 3].map(() => written(chance.one(all)))
        const yes = requests.flatMap((text) => yesTo(text, port))
        return judged(await exchange(port, requests.join('')), yes, requests.length)
      },
    },
    spoilt('as many headers as fit', (request, chance) => ({
      ...request,
      headers: shuffledIn(
        Array(chance.one([500, 2_100, 3_900, 9_000]))
          .fill('a:')
          .join('\r\n'),
        request.headers,
        chance,
      ),
    })),
    spoilt('a header without end', (request, chance) => ({
      ...request,
      headers: [...request.headers, `cookie: ${'c'.repeat(chance.one([9_000, 17_000, 300_000]))}`],
    })),
    asked('chance', (chance) => chance.bytes(chance.whole(1, 600))),
    {
      name: 'cut off in the middle',
      async play(chance) {
        const half = cutShort(Buffer.from(written(chance.one(all)), 'latin1'), chance)
        return judged(await exchange(port, half, { andHangUp: true }), [])
      },
    },
    asked(
      'half of one, and then silence',
      (chance) => cutShort(Buffer.from(written(chance.one(all)), 'latin1'), chance),
      12,
    ),
    asked('nothing at all', () => '', 12),
    asked(
      'a body that does not come',
      () => `POST /mcp HTTP/1.1\r\n${host}\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n{"a":`,
      12,
    ),
  ]
}

/** Whoever asks once must not be heard twice. */
function judged(answer: string, yes: readonly string[], most = 1): string {
  const statuses = statusesIn(answer)
  if (statuses.length > most) throw new Error(`It answered with ${statuses.join(', ')}.`)
  for (const status of statuses) requireOneOf(status, [...no, ...yes])
  return statuses.join(', ') || 'hung up on'
}

/** What this may be answered with beside a no: read again, by the strictest of readers. */
function yesTo(text: string, port: number): readonly string[] {
  const [head = ''] = text.split('\r\n\r\n')
  const [start = '', ...lines] = head.split('\r\n')
  const values = (name: string): string[] =>
    lines.filter((line) => line.toLowerCase().startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim())
  if (values('host').join() !== `127.0.0.1:${port}`) return []
  const origin = values('origin')
  if (/^GET \/bridge(\?\S*)? HTTP\/\d\.\d$/.test(start))
    return origin.join() === ourOrigin && origin.length === 1 ? ['101'] : []
  if (origin.length > 0) return []
  return /^(GET|HEAD) \/(health|pair)(\?\S*)? HTTP\/\d\.\d$/.test(start) ? ['200'] : []
}

function written({ start, headers, body }: Request): string {
  return `${start}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`
}

function shuffledIn(line: string, headers: readonly string[], chance: Chance): string[] {
  const at = chance.whole(0, headers.length)
  return [...headers.slice(0, at), line, ...headers.slice(at)]
}
