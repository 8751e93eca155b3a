import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { killAgentChanges } from '../attack/killed-agents.ts'
import { killLeases } from '../attack/killed-leases.ts'
import { killPolicyChanges } from '../attack/killed-policies.ts'
import { killPairings } from '../attack/killed-pairings.ts'
import { killSaves } from '../attack/killed-saves.ts'
import { openPairingLine } from '../attack/pairing-line.ts'
import { Breach, playKinds, type Kind, type Tried } from '../attack/tries.ts'
import { unharmed } from '../attack/unharmed.ts'
import { witnessOnWire } from '../attack/witness.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { meddle } from '../support/meddle.ts'
import { sampleSession } from '../support/sample-session.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { createWireBrowser, type Line } from '../support/wire-browser.ts'

// The checks of the attacks are worth something only when they fail for a companion that was harmed. So one is harmed.

const sabotage = new URL('../support/sabotage.mjs', import.meta.url).href

describe('a companion that', () => {
  const harmed = async (how: string, harm: (companion: Companion, line: Line, pid: number) => Promise<unknown>) => {
    await using companion = await createCompanion({ NODE_OPTIONS: `--import=${sabotage}`, SABOTAGE: how })
    const { pid } = await companion.start()
    await using pairing = await openPairingLine(companion)
    const line = await (await createWireBrowser('A witness')).pair(pairing.code)
    await line.hello()
    await using witness = witnessOnWire('A witness', line)
    const guard = await unharmed(companion, [witness])
    await guard.check()
    await harm(companion, line, pid)
    return await guard.check().then(
      () => 'nothing was noticed',
      (error: unknown) => String(error),
    )
  }
  const itself = async (_: Companion, line: Line, pid: number): Promise<void> => {
    process.kill(pid, 'SIGUSR2')
    // Until it is over, or the line is.
    await line.hello().catch(() => undefined)
  }

  test.skipIf(process.platform !== 'linux')('has grown', async () => {
    expect(await harmed('grow', itself)).toMatch(/has grown to [5-9]\d\d MiB, and had/)
  })

  test.each([
    ['has a promise that nobody took', 'reject', /It has logged: .*nobody saw to/],
    ['kept a browser waiting', 'block', /waited \d+\.\d s for an answer/],
    ['hung up on a browser', 'hang up', /A witness lost its connection/],
    ['answers nobody on its port', 'go deaf', /\/health does not answer/],
  ])('%s', async (_, how, complaint) => {
    expect(await harmed(how, itself)).toMatch(complaint)
  })

  test('is another one', async () => {
    const noticed = await harmed('', async (companion) => {
      await companion.kill()
      await companion.start()
    })
    expect(noticed).toMatch(/It is another process/)
    expect(noticed).toMatch(/A witness is not connected/)
    expect(noticed).toMatch(/The ledger has 1 more of start/)
  })

  test('has saved something', async () => {
    const noticed = await harmed('', (_, line) => line.save(sampleSession('example-freelancer', 'x')))
    expect(noticed).toMatch(/What it keeps has changed/)
    expect(noticed).toMatch(/The ledger has 1 more of session_saved/)
  })

  test('asks something', async () => {
    const noticed = await harmed('', async (companion) => {
      companion.begin(['agents', 'add', 'Somebody'])
      await until('it is asked', async () => (await statusOf(companion)).pending === 1)
    })
    expect(noticed).toMatch(/1 questions are open/)
  })
})

describe('after a kill', () => {
  const plan = { seed: 7, count: 5, report: () => undefined }

  test.each<[string, (companion: Companion) => Promise<unknown>, RegExp]>([
    [
      'a value that lies in the clear, in whatever form',
      ({ home }) => writeFile(join(home, 'left'), Buffer.from('a canary-of-a-killed-save').toString('base64')),
      /in the clear/,
    ],
    ['a save that is gone', (companion) => meddle(companion, 'delete from vault_records'), /It came to 0, and should/],
    [
      'a save that is half there',
      (companion) => meddle(companion, 'update vault_records set session = zeroblob(200)'),
      /What is saved is not what was sent/,
    ],
    [
      'calls without their outcome',
      (companion) => meddle(companion, "delete from ledger where outcome = 'done' and tool = 'save_session'"),
      /The ledger (has a gap|tells of)/,
    ],
  ])('%s is noticed', async (_, harm, complaint) => {
    await expect(killSaves(plan, harm)).rejects.toThrow(complaint)
  })

  test('a browser that was told it is paired, and is not, is noticed', async () => {
    const forget = (companion: Companion) => meddle(companion, "delete from sealed_items where name like 'browser %'")
    await expect(killPairings(plan, forget)).rejects.toThrow(/The browser was told|The ledger tells of 1 pairings/)
  })

  test.each([
    ['an agent that is gone', "delete from sealed_items where name like 'grant %'", /is that of nobody/],
    [
      'an agent that was changed',
      "update sealed_items set sealed = zeroblob(99) where name like 'grant %'",
      /An alarm/,
    ],
  ])('%s is noticed', async (_, sql, complaint) => {
    await expect(killAgentChanges(plan, (companion) => meddle(companion, sql))).rejects.toThrow(complaint)
  })

  test.each([
    ['a policy that is gone', "delete from sealed_items where name like 'policy%'", /An alarm/],
    ['one that closed, and holds no more', "delete from sealed_items where name = 'policy closing'", /An alarm/],
  ])('%s is noticed', async (_, sql, complaint) => {
    // Most kills come before there is anything to take out.
    const longer = { ...plan, count: 20 }
    await expect(killPolicyChanges(longer, (companion) => meddle(companion, sql))).rejects.toThrow(complaint)
  })
})

describe('after a kill, of a lease', () => {
  const plan = { seed: 7, count: 3, report: () => undefined }

  test('a value that lies beside it is noticed', async () => {
    const left = (_: Companion, folder: string) => writeFile(join(folder, 'left'), 'canary-of-a-killed-lease')
    await expect(killLeases(plan, left)).rejects.toThrow(/in the clear/)
  })

  test('one whose note is gone is noticed', async () => {
    const forget = (companion: Companion) => meddle(companion, "delete from sealed_items where name like 'released %'")
    await expect(killLeases({ ...plan, count: 6 }, forget)).rejects.toThrow(/in the clear|and of \d+ ends/)
  })
})

describe('a breach', () => {
  const kinds: readonly Kind<unknown>[] = [
    { name: 'well', play: async () => 'well' },
    {
      name: 'badly',
      async play(chance) {
        const drawn = chance.whole(1, 1_000_000)
        if (drawn % 20 === 0) throw new Error(`It drew ${drawn}.`)
        return 'well'
      },
    },
  ]

  test('ends an attack, and names what plays it again', async () => {
    const tried: Tried[] = []
    const report = (one: Tried): void => void tried.push(one)
    const ended = playKinds({ seed: 3, count: 1_000, report }, kinds, [1, 2])
    const breach: unknown = await ended.catch((error: unknown) => error)
    if (!(breach instanceof Breach)) throw new Error('Nothing broke.')
    expect(breach.message).toMatch(/^Try \d+ of seed 3 \(badly\): It drew \d+\.$/)
    expect(tried.length).toBeLessThan(500)

    const again = playKinds({ seed: 3, count: 1_000, only: breach.number, report }, kinds, [1])
    await expect(again).rejects.toThrow(breach.message)
  })
})
