import { connect, createServer, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { acceptAsCompanion } from '@countersign/shared/channel/handshake-companion'
import { createIdentity } from '@countersign/shared/channel/identity'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extensionOrigins } from '../bridge/extension-ids.ts'
import { openListener, type Listener } from './listener.ts'

/** A real listener, whose bridge has real handshakes in which nobody can succeed. */
let listener: Listener
let failures: string[]
const clients: Socket[] = []

beforeEach(async () => {
  failures = []
  const identity = await createIdentity({ extractable: false })
  listener = await openListener({ ports: [0], version: '1.2.3' })
  const { port } = listener
  listener.serveBridge(({ socket, origin }) => {
    acceptAsCompanion({
      socket,
      origin,
      port,
      identity,
      signal: new AbortController().signal,
      findBrowser: async () => undefined,
      pairing: {
        secret: () => undefined,
        winner: () => undefined,
        consume: async () => 'refused',
        secondProof: async () => undefined,
      },
    }).catch((error: unknown) =>
      failures.push(error instanceof Error && 'reason' in error ? String(error.reason) : '?'),
    )
  })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await listener.close()
})

const dial = (port = listener.port): Socket => {
  const client = connect({ port, host: '127.0.0.1' })
  client.on('error', () => undefined)
  clients.push(client)
  return client
}

const everything = async (client: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = []
  client.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => client.once('close', resolve))
  return Buffer.concat(chunks)
}

const ask = async (lines: readonly string[], body = ''): Promise<string> => {
  const client = dial()
  client.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  return (await everything(client)).toString('latin1')
}

const host = () => `Host: 127.0.0.1:${listener.port}`
const upgrade = (origin = extensionOrigins[0] ?? '', path = '/bridge', more: readonly string[] = []) => [
  `GET ${path} HTTP/1.1`,
  host(),
  `Origin: ${origin}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ...more,
]

/** Past the upgrade; what comes from now on are frames. */
const open = async (more: readonly string[] = []): Promise<{ client: Socket; answer: string }> => {
  const client = dial()
  client.write(`${upgrade(undefined, undefined, more).join('\r\n')}\r\n\r\n`)
  const answer = await new Promise<Buffer>((resolve) => client.once('data', resolve))
  return { client, answer: answer.toString('latin1') }
}

/** One masked WebSocket frame; `first` is its first byte. */
const frame = (payload: Uint8Array, first = 0x82, length = payload.length): Buffer => {
  const head =
    length < 126
      ? Buffer.from([first, 0x80 | length])
      : Buffer.concat([
          Buffer.from([first, 0x80 | 127, 0, 0, 0, 0]),
          Buffer.from(new Uint32Array([length]).buffer).swap32(),
        ])
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

const closeCode = (received: Buffer): number | undefined =>
  received[0] === 0x88 && received.length >= 4 ? received.readUInt16BE(2) : undefined

describe('plain HTTP', () => {
  test('tells its health, and lets nobody keep it', async () => {
    const answer = await ask(['GET /health HTTP/1.1', host()])
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toMatch(/\r\ncache-control: no-store\r\n/)
    expect(answer.split('\r\n\r\n')[1]).toBe('{"ok":true,"name":"countersign","version":"1.2.3"}')
  })

  test('serves the pairing page, which nobody frames, keeps or is told of', async () => {
    const answer = await ask(['GET /pair HTTP/1.1', host()])
    expect(answer).toMatch(/content-security-policy: .*frame-ancestors 'none'/)
    expect(answer).toMatch(/referrer-policy: no-referrer/)
    expect(answer).toMatch(/cache-control: no-store/)
  })

  test.each([
    [['GET /health HTTP/1.1', 'Host: localhost'], 403],
    [['GET /health HTTP/1.1'], 400],
    [['POST /mcp HTTP/1.1', 'Host: 127.0.0.1:1', 'Content-Length: 999999'], 403],
    [['GET //evil.example/health HTTP/1.1', 'Host: 127.0.0.1:1'], 403],
  ])('%j: %i', async (lines, status) => {
    expect(await ask(lines)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  test('answers 403 to any origin, before the body', async () => {
    const origins = ['null', 'http://localhost', 'https://www.upwork.com', ...extensionOrigins]
    for (const origin of origins) {
      for (const more of [[], ['Expect: 100-continue']]) {
        const answer = await ask(['POST /mcp HTTP/1.1', host(), `Origin: ${origin}`, 'Content-Length: 999999', ...more])
        expect(answer).toMatch(/^HTTP\/1.1 403 /)
      }
    }
  })

  test('hands on what comes for agents, its body unread, once there is somebody to hand it to', async () => {
    const asking = ['POST /mcp?a=b HTTP/1.1', host(), 'Content-Length: 5']
    expect(await ask(asking, 'hello')).toMatch(/^HTTP\/1.1 503 /)
    listener.serveMcp(async (request, response) => {
      const chunks = await request.toArray()
      response.writeHead(418, { connection: 'close' }).end(`heard ${Buffer.concat(chunks).toString()}`)
    })
    expect(await ask(asking, 'hello')).toMatch(/^HTTP\/1.1 418 [^]*heard hello/)
  })

  test('has nothing else', async () => {
    expect(await ask(['GET / HTTP/1.1', host()])).toMatch(/^HTTP\/1.1 404 /)
    expect(await ask(['POST /pair HTTP/1.1', host(), 'Content-Length: 0'])).toMatch(/^HTTP\/1.1 405 /)
    expect(await ask(['GET /bridge HTTP/1.1', host(), `Origin: ${extensionOrigins[0]}`])).toMatch(/^HTTP\/1.1 426 /)
  })

  test('listens on the literal address alone', async () => {
    const client = connect({ port: listener.port, host: '::1' })
    const failed = await new Promise((resolve) => {
      client.once('connect', () => resolve('connected')).once('error', () => resolve('refused'))
    })
    client.destroy()
    expect(failed).toBe('refused')
  })
})

describe('the upgrade', () => {
  test('is for our extension, at the bridge', async () => {
    const { answer } = await open()
    expect(answer).toMatch(/^HTTP\/1.1 101 /)
    for (const origin of [
      'null',
      `http://127.0.0.1:${listener.port}`,
      'https://upwork.com',
      `${extensionOrigins[0]}/`,
    ]) {
      expect(await ask(upgrade(origin))).toMatch(/^HTTP\/1.1 403 /)
    }
    expect(await ask(upgrade(undefined, '/mcp'))).toMatch(/^HTTP\/1.1 403 /)
    expect(await ask(upgrade(undefined, undefined, [`Origin: ${extensionOrigins[0]}`]))).toMatch(/^HTTP\/1.1 403 /)
    expect(await ask(upgrade().filter((line) => !line.startsWith('Origin')))).toMatch(/^HTTP\/1.1 403 /)
    expect(await ask(['GET /mcp HTTP/1.1', host(), 'Connection: Upgrade', 'Upgrade: websocket'])).toMatch(/ 404 /)
  })

  test('agrees on no compression, and takes no compressed frame', async () => {
    const { client, answer } = await open(['Sec-WebSocket-Extensions: permessage-deflate'])
    expect(answer).not.toMatch(/permessage-deflate/)
    client.write(frame(Buffer.alloc(68), 0xc2))
    expect(closeCode(await everything(client))).toBe(1002)
  })
})

describe('before the handshake', () => {
  test('closes on more than four kibibytes, said or sent', async () => {
    const said = (await open()).client
    said.write(frame(Buffer.alloc(100), 0x82, 16 * 1024 * 1024))
    expect(closeCode(await everything(said))).toBe(1009)

    const sent = (await open()).client
    sent.write(frame(Buffer.alloc(3 * 1024 * 1024)))
    expect(closeCode(await everything(sent))).toBe(4001)

    const small = (await open()).client
    for (let count = 0; count < 200; count += 1) small.write(frame(Buffer.alloc(60), 0x8a))
    expect(closeCode(await everything(small))).toBe(4001)
  })

  test('closes after three seconds of silence, or of dripping', async () => {
    const started = performance.now()
    const silent = (await open()).client
    const dripping = (await open()).client
    const drip = setInterval(() => dripping.write(Buffer.from([0x82])), 700)
    const [first, second] = await Promise.all([everything(silent), everything(dripping)])
    clearInterval(drip)
    expect(closeCode(first)).toBe(4001)
    expect(second.length).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(6_000)
    expect(failures).toContain('timeout')
  }, 10_000)

  test('cuts who never finishes asking', async () => {
    const client = dial()
    client.write('GET /health HTTP/1.1\r\nHos')
    expect((await everything(client)).toString()).toMatch(/^HTTP\/1.1 408 /)
  }, 10_000)

  test('takes no text', async () => {
    const { client } = await open()
    client.write(frame(Buffer.from('hello'), 0x81))
    expect(closeCode(await everything(client))).toBe(4001)
  })

  test('outlives 300 connections of noise, and serves the next one', async () => {
    const seed = randomBytes(4).readUInt32BE()
    const next = generator(seed)
    const noisy = async () => {
      const client = dial()
      const early = next() % 3 === 0
      if (!early) client.write(`${upgrade().join('\r\n')}\r\n\r\n`)
      const bytes = Buffer.from(Array.from({ length: next() % 300 }, () => next() % 256))
      client.write(next() % 2 === 0 ? bytes : frame(bytes, 0x80 | (next() % 128)))
      client.end()
      await everything(client)
    }
    for (let round = 0; round < 30; round += 1) await Promise.all(Array.from({ length: 10 }, noisy))
    expect(await ask(['GET /health HTTP/1.1', host()]), `seed ${seed}`).toMatch(/^HTTP\/1.1 200 /)
  }, 30_000)
})

test('tries the ports in their order, and names who holds them when all are taken', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const second = await openListener({ ports: [port, 0], version: '1' })
  expect(second.port).not.toBe(port)
  await second.close()
  await expect(openListener({ ports: [port], version: '1' })).rejects.toMatchObject({ code: 'ports_taken' })
  await new Promise((resolve) => taken.close(resolve))
})

/** Small, and the same for the same seed. */
const generator = (seed: number) => {
  let state = seed || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
