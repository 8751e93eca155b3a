import { CountersignError } from '@countersign/shared/errors'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { describe, expect, test, vi } from 'vitest'
import { fakeBrowser } from '../testing/fake-browser.ts'
import { origin, testBridge } from '../testing/test-bridge.ts'
import { testBrowser } from '../testing/test-browser.ts'

/** One paired browser on a standing line, and the way to come a second time with its keys. */
const setUp = async () => {
  const house = await testBridge()
  const ada = await testBrowser(origin, 'Chrome on Linux')
  const command = house.pair()
  const line = await ada.pair(command.code, house.dial().browser)
  await line.hello()
  const { fingerprint } = await command.outcome
  const again = () => ada.connect(house.dial().browser, 47616)
  const look = () =>
    house.alarms.clear({ alarm: 'browser_doubled', about: fingerprint }, { kind: 'browser', label: 'Chrome on Linux' })
  return { ...house, ada, line, fingerprint, again, look }
}
const standsFor = (fingerprint: string): unknown[] => [
  expect.objectContaining({ alarm: 'browser_doubled', about: fingerprint }),
]

describe('a browser key in two places', () => {
  test('is cut in both, and raises an alarm', async () => {
    const { line, again, alarms, roster, fingerprint, rows } = await setUp()
    const counted: number[] = []
    alarms.onChange(() => counted.push(roster.connected().length))
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    expect(alarms.list()).toEqual(standsFor(fingerprint))
    expect(roster.connected()).toEqual([])
    // Not even while the alarm is being raised.
    expect(counted).toEqual([0])
    expect(rows()).toEqual(['paired', 'alarm'])
  })

  test('may come back from both, and do nothing but hear of it and look', async () => {
    const { again, roster, line, fingerprint } = await setUp()
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    for (const back of [await again(), await again()]) {
      expect(await back.hello()).toMatchObject({ standing: 'paired', prompts: [] })
      await expect(back.peer.request(companionMethods.pause, {})).resolves.toEqual({})
      const seen = { signIn: 'signed-out', account: 'ada', proof: null } as const
      await expect(back.peer.request(companionMethods.observe, seen)).rejects.toMatchObject({ code: 'browser_doubled' })
      await expect(
        back.peer.request(companionMethods.act, { signed: await signed(), act: { tool: 'resume' } }),
      ).rejects.toMatchObject({ code: 'browser_doubled' })
      const look = { tool: 'looked', alarm: 'browser_doubled', about: fingerprint } as const
      expect(await back.peer.request(companionMethods.act, { signed: await signed(), act: look })).toEqual({
        kind: 'done',
      })
    }
    expect(roster.connected()).toEqual([])
  })

  test.each([
    { alarm: 'ledger_diverged', about: null },
    { alarm: 'browser_doubled', about: 'the fingerprint of another' },
    { alarm: 'browser_doubled', about: null },
  ] as const)('may not clear an alarm that is about anything else ($alarm, $about)', async (alarm) => {
    const { again, line } = await setUp()
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    const back = await again()
    await back.hello()
    await expect(
      back.peer.request(companionMethods.act, { signed: await signed(), act: { tool: 'looked', ...alarm } }),
    ).rejects.toMatchObject({ code: 'browser_doubled' })
  })

  test('counts again once she has looked and only one is left', async () => {
    const { again, line, look, roster, alarms } = await setUp()
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    const back = await again()
    await back.hello()
    expect(roster.connected()).toEqual([])
    const counts = new Promise<void>((resolve) => roster.onChange(resolve))
    look()
    await counts
    expect(roster.connected()).toHaveLength(1)
    expect(alarms.list()).toEqual([])
  })

  test('is found again when she has looked and both are still there', async () => {
    const { again, line, look, roster, alarms, fingerprint } = await setUp()
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    for (const back of [await again(), await again()]) await back.hello()
    const raised = new Promise<void>((resolve) => {
      alarms.onChange(() => alarms.list().length > 0 && resolve())
    })
    look()
    await raised
    expect(alarms.list()).toEqual(standsFor(fingerprint))
    expect(roster.connected()).toEqual([])
  })

  test('is cut in both, and under suspicion while we run, also when the disk does not take the alarm', async () => {
    const { again, line, items, alarms, fingerprint, roster } = await setUp()
    vi.spyOn(items, 'put').mockImplementationOnce(() => {
      throw new CountersignError('disk_failed')
    })
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    expect(alarms.list()).toEqual(standsFor(fingerprint))
    await (await again()).hello()
    expect(roster.connected()).toEqual([])
  })

  test('is still under suspicion at the next start', async () => {
    const { again, line, start } = await setUp()
    const second = await again()
    await Promise.all([line.peer.closed, second.peer.closed])
    expect((await start()).alarms.list()).toHaveLength(1)
  })
})

const signed = async () => {
  const browser = await fakeBrowser()
  const at = '2026-11-22T12:00:00.000Z'
  return browser.sign(
    {
      id: crypto.randomUUID(),
      asker: { kind: 'agent', grant: 'browser', label: 'Browser', claim: null },
      action: 'looked',
      reason: null,
      subject: { kind: 'add-agent', label: 'x', account: null },
      args: '0'.repeat(64),
      askedAt: at,
      deadline: at,
    },
    'approve',
  )
}
