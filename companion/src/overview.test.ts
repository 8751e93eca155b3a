import { randomBytes } from 'node:crypto'
import { CountersignError } from '@countersign/shared/errors'
import { Secret } from '@countersign/shared/secret'
import { overview as overviewShape } from '@countersign/shared/protocol/overview'
import { expect, it, onTestFinished } from 'vitest'
import type { Browsers } from './bridge/browsers.ts'
import { createLedger } from './ledger/ledger.ts'
import { createOverviews, type OverviewDeps } from './overview.ts'
import { fakeBrowser } from './testing/fake-browser.ts'
import { fakeTime } from './testing/fake-time.ts'
import { sampleSession, sent } from './testing/sample-session.ts'
import { tempDatabase } from './testing/temp-database.ts'
import { createVault } from './vault/vault.ts'

const mark = { salt: 'a'.repeat(64), digest: 'b'.repeat(64) }

const opened = async (resetAt: () => string | null = () => null) => {
  const { database, meddle } = tempDatabase()
  const time = fakeTime()
  const ledger = createLedger({ database, time })
  const vault = createVault({
    database,
    masterKey: new Secret(randomBytes(32)),
    era: { id: () => 'one' },
    time,
    random: randomBytes,
  })
  const [here, away] = [await fakeBrowser('Chrome on Linux'), await fakeBrowser('Chrome on Mac')]
  const pairedAt = new Date().toISOString()
  const told: unknown[] = []
  const browsers: Browsers = {
    paired: () =>
      [here, away].map(({ fingerprint, label, signingKey }) => ({ fingerprint, label, signingKey, pairedAt })),
    connected: () => [{ ...here, showOverview: (overview) => told.push(overview) }],
    onChange: () => () => undefined,
  }
  const alarms: OverviewDeps['alarms'] = { list: () => [], onChange: () => () => undefined }
  const overviews = createOverviews({
    port: 47616,
    key: 'file',
    vault,
    ledger,
    browsers,
    pause: { isPaused: () => false, onChange: () => () => undefined },
    alarms,
    remembered: { list: () => [], onChange: () => () => undefined },
    released: { list: () => [], alarms: () => [], onChange: () => () => undefined },
    observations: { observed: () => null, mark: () => mark, onChange: () => () => undefined },
    mutes: { onChange: () => () => undefined },
    time,
    agents: () => [{ id: 'g1', label: 'Claude Code', lastSeen: null, mutedUntil: null, account: null }],
    resetAt,
    policyAlarm: () => undefined,
  })
  onTestFinished(() => overviews.close())
  return { overviews, ledger, vault, here, told, meddle, time }
}

it('tells a browser which of the paired ones it is', async () => {
  const { overviews, here } = await opened()
  const overview = overviewShape.parse(overviews.for(here.fingerprint))
  expect(overview.browsers).toMatchObject([
    { label: 'Chrome on Linux', connected: true, you: true },
    { label: 'Chrome on Mac', connected: false, you: false },
  ])
  expect(overviews.for().browsers.some(({ you }) => you)).toBe(false)
})

it('gives a browser what it compares its sign-in with, and a command nothing of it', async () => {
  const { overviews, vault, here } = await opened()
  await vault.save(...(await sent(sampleSession())))
  expect(overviews.for(here.fingerprint).accounts).toMatchObject([{ mark }])
  expect(overviews.for().accounts).toMatchObject([{ mark: null }])
})

it('tells of all changes of a moment once', async () => {
  const { ledger, told, time } = await opened()
  for (let count = 0; count < 10; count += 1)
    ledger.append({ kind: 'paused', asker: { kind: 'browser', label: 'Chrome' } })
  expect(told).toEqual([])
  time.advance(49)
  expect(told).toEqual([])
  time.advance(1)
  expect(told).toHaveLength(1)
  const { activity } = overviewShape.parse(told[0])
  expect(activity.map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3])
})

it('has counts and names of what is saved, never a value', async () => {
  const { overviews, vault } = await opened()
  await vault.save(...(await sent(sampleSession({}, 'a-canary-value'))))
  const overview = overviews.for()
  expect(overview.accounts).toMatchObject([{ id: 'ada', version: 1, cookies: 1, origins: 1 }])
  expect(JSON.stringify(overview)).not.toContain('a-canary-value')
})

it('raises an alarm for a saved session that does not open', async () => {
  const { overviews, vault, meddle } = await opened()
  await vault.save(...(await sent(sampleSession())))
  expect(overviews.for().alarms).toEqual([])
  meddle('update vault_records set summary = zeroblob(length(summary))')
  expect(overviews.for().alarms).toMatchObject([{ code: 'vault_record_damaged' }])
  expect(overviews.for().accounts).toEqual([])
})

it('names a row of the ledger that somebody damaged, and goes on', async () => {
  const { overviews, ledger, told, meddle, time } = await opened()
  ledger.append({ kind: 'start', asker: { kind: 'companion', label: 'Companion' } })
  ledger.append({ kind: 'stop', asker: { kind: 'companion', label: 'Companion' } })
  meddle("update ledger set details = 'torn' where seq = 1")
  expect(overviews.for()).toMatchObject({ activity: [], alarms: [{ code: 'ledger_damaged' }] })
  overviews.changed()
  // What is thrown in there would end the process.
  time.advance(50)
  expect(overviewShape.parse(told.at(-1)).alarms).toHaveLength(1)
})

it('names a mark of a reset that does not open, and goes on', async () => {
  const { overviews } = await opened(() => {
    throw new CountersignError('database_damaged')
  })
  expect(overviews.for()).toMatchObject({ resetAt: null, alarms: [{ code: 'database_damaged' }] })
})
