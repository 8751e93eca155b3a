import { expect, test } from 'vitest'
import { portsTaken, portsToTry } from './ports.ts'

test('five ports, or the one set by hand', () => {
  expect(portsToTry({})).toEqual([47616, 47617, 47618, 47619, 47620])
  expect(portsToTry({ COUNTERSIGN_PORT: '' })).toHaveLength(5)
  expect(portsToTry({ COUNTERSIGN_PORT: '50123' })).toEqual([50123])
})

test.each(['0', '65536', '-1', '8080x', ' 8080', '0x10', '1e4', '999999'])('%s is no port', (text) => {
  expect(() => portsToTry({ COUNTERSIGN_PORT: text })).toThrow(expect.objectContaining({ code: 'port_invalid' }))
})

test('names the programs', () => {
  const error = portsTaken([47616, 47617], [{ port: 47616, program: 'ruby', pid: 90 }])
  expect(error).toMatchObject({
    code: 'ports_taken',
    message: 'All ports are taken: 47616 by ruby (pid 90); 47617 by a program that cannot be seen from here.',
  })
})
