import type { Chance } from '../support/chance.ts'
import type { Asked } from './ask-mcp.ts'

/** Parts of requests to `/mcp` that are nearly right. */
export const sessions: readonly [(chance: Chance) => string, ...((chance: Chance) => string)[]] = [
  () => '00000000-0000-4000-8000-000000000000',
  () => '__proto__',
  () => 'x'.repeat(5_000),
  (chance) => chance.bytes(16).toString('hex'),
  () => '../../etc/passwd',
  () => 'a, b',
]

export const kindsOfBody: readonly [string, ...string[]] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json; charset=utf-16',
  'application/json, text/plain',
  'text/plain; application/json',
  'APPLICATION/JSON; x=y',
]

type Headers = NonNullable<Asked['headers']>
/** Headers that a client of ours would not send. */
export const clothes: readonly [Headers, ...Headers[]] = [
  { accept: 'text/html' },
  { accept: undefined },
  { accept: '*/*' },
  { 'content-encoding': 'gzip' },
  { 'mcp-protocol-version': '1999-01-01' },
  { 'mcp-protocol-version': '__proto__' },
  { 'content-length': '1' },
  { 'x-forwarded-host': 'evil.example' },
  { cookie: 'a=b; '.repeat(500) },
]

export const tokensOf = (good: string): readonly [string | undefined, ...(string | undefined)[]] => [
  undefined,
  `Bearer ${good}x`,
  `Bearer ${good.slice(0, -1)}`,
  `Bearer ${good.toUpperCase()}`,
  `Basic ${good}`,
  good,
  `Bearer ${good} ${good}`,
  `Bearer ${'A'.repeat(5_000)}`,
]

/** Bodies in pieces that are none, or more than one body. */
export const pieces: readonly [string, ...string[]] = [
  'x\r\n{}\r\n0\r\n\r\n',
  '-1\r\n{}\r\n0\r\n\r\n',
  'ffffffffffffffff\r\n{}\r\n',
  '2;ext=1\r\n{}\r\n0\r\nhost: evil.example\r\n\r\n',
  '2\r\n{}x\r\n0\r\n\r\n',
  '2\n{}\n0\n\n',
  '0\r\n\r\nGET /health HTTP/1.1\r\nhost: evil.example\r\n\r\n',
]
