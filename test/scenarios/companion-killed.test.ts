import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { killAgentChanges } from '../attack/killed-agents.ts'
import { killLeases } from '../attack/killed-leases.ts'
import { killPairings } from '../attack/killed-pairings.ts'
import { killPolicyChanges } from '../attack/killed-policies.ts'
import { killSaves } from '../attack/killed-saves.ts'
import { createTally } from '../attack/tally.ts'
import { ledgerRows } from '../support/ledger.ts'
import { statusOf, whenConnected } from '../support/status.ts'
import { until } from '../support/until.ts'
import { openWorld } from '../support/world.ts'

// `kill -9` comes at any line: the next companion has the old state or the new one, and everybody finds it.

const account = 'example-freelancer'

describe('killed while questions are open', () => {
  test('each call under way fails and is entered as interrupted, the relay starts the next, and the browser comes by itself', async () => {
    await using world = await openWorld()
    const { companion, extension } = world
    await world.signIn(account)
    await world.pair()
    await using scout = await world.addAgent('Job scout')
    await using writer = await world.addAgent('Letter writer')

    const lost = [scout.call('save_session', { reason: 'one' }), writer.call('save_session', { reason: 'two' })]
    await (await extension.prompt()).question('save_session')
    await until('both are asked', async () => (await statusOf(companion)).pending === 2)
    await companion.kill()
    for (const call of lost) {
      expect(await call).toMatchObject({
        isError: true,
        structuredContent: { saved: false, code: 'companion_restarted' },
      })
    }

    // Nobody starts the next one but the relay, for its client's next line.
    expect(await scout.call('session_status')).toMatchObject({ structuredContent: { saved: false, state: 'none' } })
    expect((await whenConnected(companion, 45)).pending).toBe(0)

    const interrupted = (await ledgerRows(companion)).filter(({ kind }) => kind === 'interrupted')
    expect(new Set(interrupted.map(({ asker, tool }) => `${asker}: ${tool}`))).toEqual(
      new Set(['Job scout: save_session', 'Letter writer: save_session']),
    )
    expect(interrupted).toHaveLength(2)

    const again = writer.call('save_session', { reason: 'again' })
    await world.approve('Letter writer', 'save_session')
    expect(await again).toMatchObject({ structuredContent: { saved: true, account, version: 1 } })
  })

  test('a browser that has begun to wait between its tries is there at once when the popup opens', async () => {
    await using world = await openWorld()
    const { companion, extension, tab } = world
    await world.pair()
    await companion.kill()

    // A program on the port that hangs up on everybody counts the tries: after four the next is due in eight seconds.
    let tries = 0
    const nobody = createServer((socket) => {
      tries += 1
      socket.destroy()
    }).listen(companion.port, '127.0.0.1')
    await until('the browser has tried four times', () => tries >= 4, { seconds: 30 })
    await new Promise((resolve) => nobody.close(resolve))
    await companion.start()

    const opened = performance.now()
    await using popup = await extension.openPopup(tab)
    await until('the popup is connected', () => popup.isEnabled('Pause all agents'), { seconds: 5 })
    expect(performance.now() - opened).toBeLessThan(5_000)
    expect((await statusOf(companion)).browsers).toMatchObject([{ connected: true }])
  })
})

describe('killed at points of chance', { timeout: 150_000 }, () => {
  const points = 20

  test('of saving: the last receipt holds, at most the save under way is there beyond it, and nothing lies in the clear', async () => {
    const tally = createTally()
    await killSaves({ seed: 7, count: points, report: tally.report })
    expect(tally.units()).toBe(points)
    expect(tally.ended('interrupted')).toBeGreaterThan(0)
  })

  test('of pairing: it is paired or it is not, at both ends, and a pin without its browser does not count', async () => {
    const tally = createTally()
    await killPairings({ seed: 11, count: points, report: tally.report })
    expect(tally.units()).toBe(points)
    expect(tally.ended('not paired, at either end')).toBeGreaterThan(0)
    expect(tally.ended('paired, at both ends')).toBeGreaterThan(0)
  })

  test('of a new token and of a new name: the agent has the old one or the new one, and no other', async () => {
    const tally = createTally()
    await killAgentChanges({ seed: 13, count: points, report: tally.report })
    expect(tally.units()).toBe(points)
    expect(tally.ended('the new token') + tally.ended('the new name')).toBeGreaterThan(0)
    expect(tally.ended('the old token') + tally.ended('the old name')).toBeGreaterThan(0)
  })

  test('of a policy: the old one holds or the new one, whole, and one that closes holds at the latest then', async () => {
    const tally = createTally()
    await killPolicyChanges({ seed: 17, count: points, report: tally.report })
    expect(tally.units()).toBe(points)
    expect(tally.ended('the new policy')).toBeGreaterThan(0)
    expect(tally.ended('closed')).toBeGreaterThan(0)
  })

  test('of a lease: after the next start its values lie nowhere, and it counts no more', async () => {
    const tally = createTally()
    await killLeases({ seed: 19, count: 12, report: tally.report })
    expect(tally.units()).toBe(12)
    expect(tally.ended('it lay there')).toBeGreaterThan(0)
  })
})
