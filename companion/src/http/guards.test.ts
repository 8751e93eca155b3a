import { describe, expect, test } from 'vitest'
import { guard } from './guards.ts'

const ours = 'chrome-extension://libcippkfpmjjmagobgemfiomliiolhb'
const door = { port: 47616, extensionOrigins: [ours] }
const host = ['Host', '127.0.0.1:47616']

const verdictOn = (target: string, ...rawHeaders: string[]) => {
  const answer = guard({ target, rawHeaders }, door)
  return answer.verdict === 'passed' ? 'passed' : answer.because
}

describe('the host', () => {
  test.each([
    ['127.0.0.1:47616', 'passed'],
    ['127.0.0.1:47617', 'host'],
    ['127.0.0.1', 'host'],
    ['127.0.0.1:47616.', 'host'],
    ['127.0.0.1.:47616', 'host'],
    ['127.1:47616', 'host'],
    ['2130706433:47616', 'host'],
    ['0.0.0.0:47616', 'host'],
    ['[::1]:47616', 'host'],
    ['[::ffff:127.0.0.1]:47616', 'host'],
    ['localhost:47616', 'host'],
    ['127.0.0.1.nip.io:47616', 'host'],
    ['evil.example:47616', 'host'],
    ['user@127.0.0.1:47616', 'host'],
    ['127.0.0.1:47616, evil.example', 'host'],
    ['', 'host'],
  ])('%s: %s', (value, expected) => {
    expect(verdictOn('/health', 'Host', value)).toBe(expected)
    expect(verdictOn('/bridge', 'Host', value, 'Origin', ours)).toBe(expected)
  })

  test('must be there, and once', () => {
    expect(verdictOn('/health')).toBe('host')
    expect(verdictOn('/health', ...host, 'hOST', '127.0.0.1:47616')).toBe('host')
    expect(verdictOn('/health', ...host, 'Host', 'evil.example')).toBe('host')
  })

  test('is not looked for among the values', () => {
    expect(verdictOn('/health', 'X-Say', 'Host', '127.0.0.1:47616', 'x')).toBe('host')
  })
})

describe('the origin', () => {
  test.each([
    [ours, 'passed'],
    ['null', 'origin'],
    ['', 'origin'],
    [`${ours}/`, 'origin'],
    [`${ours}:80`, 'origin'],
    [`${ours}.evil.example`, 'origin'],
    [ours.toUpperCase(), 'origin'],
    [ours.replace('chrome-extension', 'moz-extension'), 'origin'],
    [ours.replace('chrome-extension', 'https'), 'origin'],
    ['chrome-extension://libcippkfpmjjmagobgemfiomliiolha', 'origin'],
    ['http://127.0.0.1:47616', 'origin'],
    ['http://localhost:47616', 'origin'],
    ['https://www.upwork.com', 'origin'],
    [`${ours}, ${ours}`, 'origin'],
  ])('%s at the bridge: %s; elsewhere never', (value, expected) => {
    expect(verdictOn('/bridge', ...host, 'Origin', value)).toBe(expected)
    for (const path of ['/', '/health', '/pair', '/mcp', '/bridge/', '/Bridge', '/nothing']) {
      expect(verdictOn(path, ...host, 'Origin', value)).toBe('origin')
    }
  })

  test('must be there at the bridge, once, and nowhere else', () => {
    expect(verdictOn('/bridge', ...host)).toBe('origin')
    expect(verdictOn('/bridge', ...host, 'Origin', ours, 'origin', ours)).toBe('origin')
    expect(verdictOn('/bridge', ...host, 'Origin', ours, 'Origin', 'https://evil.example')).toBe('origin')
    expect(verdictOn('/mcp', ...host)).toBe('passed')
  })
})

describe('the target', () => {
  test.each([
    ['/health', 'passed'],
    ['/health?x=/bridge', 'passed'],
    ['/nothing', 'passed'],
    ['http://127.0.0.1:47616/health', 'target'],
    ['http://evil.example/health', 'target'],
    ['//evil.example/health', 'target'],
    ['*', 'target'],
    ['evil.example:443', 'target'],
    ['', 'target'],
  ])('%s: %s', (target, expected) => {
    expect(verdictOn(target, ...host)).toBe(expected)
  })

  test('gives its path without the query', () => {
    expect(guard({ target: '/bridge?a=b?c', rawHeaders: [...host, 'Origin', ours] }, door)).toEqual({
      verdict: 'passed',
      path: '/bridge',
      origin: ours,
    })
  })
})
