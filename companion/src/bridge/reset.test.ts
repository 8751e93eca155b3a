import { expect, test } from 'vitest'
import { origin, testBridge } from '../testing/test-bridge.ts'
import { testBrowser } from '../testing/test-browser.ts'

const terminal = { kind: 'terminal', label: 'Terminal' } as const

test.each([
  ['taken away', 'delete from sealed_items where name = ?'],
  ['damaged', "update sealed_items set sealed = zeroblob(80) where name = 'reset'"],
])('leaves a mark that is still there when the sealed one was %s', async (_case, sql) => {
  const { reset, pairings, meddle } = await testBridge()
  expect(reset.lastAt()).toBeNull()
  pairings.reset(terminal)
  const at = '2026-11-22T12:00:00.000Z'
  expect(reset.lastAt()).toBe(at)
  meddle(sql.replace('?', "'reset'"))
  expect(reset.lastAt()).toBe(at)
})

test('leaves a mark that is still there when its row was taken away', async () => {
  const { reset, pairings, meddle } = await testBridge()
  pairings.reset(terminal)
  meddle("delete from ledger where kind = 'reset'")
  expect(reset.lastAt()).toBe('2026-11-22T12:00:00.000Z')
})

test.each(["'yesterday'", "cast(x'ff' as text)"])(
  'leaves a mark that is still there when its row says %s',
  async (at) => {
    const { reset, pairings, meddle } = await testBridge()
    pairings.reset(terminal)
    meddle(`update ledger set at = ${at} where kind = 'reset'`)
    expect(reset.lastAt()).toBe('2026-11-22T12:00:00.000Z')
    meddle("delete from sealed_items where name = 'reset'")
    expect(() => reset.lastAt()).toThrow(expect.objectContaining({ code: 'database_damaged' }))
  },
)

test('a pairing that a reset overtakes comes to its end', async () => {
  const { pair, dial, pairings } = await testBridge()
  const command = pair()
  await (await testBrowser(origin)).pair(command.code, dial().browser)
  pairings.reset(terminal)
  await expect(command.outcome).rejects.toMatchObject({ code: 'pairing_refused' })
})
