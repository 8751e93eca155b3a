import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { holdersInLsof, listeningInodes, whoHolds } from './who-holds.ts'

const server = createServer()
afterEach(() => new Promise((resolve) => server.close(resolve)))

test.runIf(process.platform === 'linux')('finds the program that listens', async () => {
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const [holder, ...others] = await whoHolds([port])
  expect(holder).toMatchObject({ port, pid: process.pid })
  expect(holder?.program).not.toBe('')
  expect(others).toEqual([])
})

test('takes listening rows of the ports that were asked for', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:BA00 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0',
    '   1: 0100007F:BA00 0100007F:C000 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 100 0 0 10 0',
    '   2: 0100007F:BA01 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0 100 0 0 10 0',
  ].join('\n')
  expect([...listeningInodes(table, [47616])]).toEqual([['4711', 47616]])
  expect(listeningInodes('', [47616]).size).toBe(0)
})

test('reads the output of lsof', () => {
  const output = [
    'p812',
    'cnode',
    'f21',
    'n127.0.0.1:47616',
    'f22',
    'n[::1]:47616',
    'p90',
    'cruby',
    'f3',
    'n*:47617',
    '',
  ]
  expect(holdersInLsof(output.join('\n'), [47616, 47617])).toEqual([
    { port: 47616, program: 'node', pid: 812 },
    { port: 47617, program: 'ruby', pid: 90 },
  ])
})

test('knows nothing rather than fail', async () => {
  expect(await whoHolds([1], 'sunos')).toEqual([])
})
