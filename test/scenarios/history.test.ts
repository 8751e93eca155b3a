import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Secret } from '@countersign/shared/secret'
import type { Session } from '@countersign/shared/session/session'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pairOverLine } from '../attack/pairing-line.ts'
import { createChance } from '../support/chance.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { exportOverWire } from '../support/export-over-wire.ts'
import { leaseOverWire } from '../support/lease-over-wire.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { refusal } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { lyingIn, sealedIn } from '../support/sealed-records.ts'
import { holds } from '../support/traces.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'

// Every save leaves a version. She can look at them by names, have an older one again, and have what she forgets really gone.

const canary = 'canary-of-a-history'
const [ada, eve] = ['example-freelancer', 'second-example']

const versions = z.object({
  accounts: z.array(
    z.object({
      account: z.string(),
      name: z.string().nullable(),
      versions: z.array(z.looseObject({ version: z.int(), damaged: z.boolean(), cookies: z.int() })),
    }),
  ),
})
const names = z.object({ added: z.array(z.string()), gone: z.array(z.string()), changed: z.array(z.string()) })
const difference = z.looseObject({ from: z.int(), to: z.int(), cookies: names, storage: names })
const verified = z.object({ good: z.boolean(), records: z.array(z.looseObject({ version: z.int(), is: z.string() })) })

describe('the versions of saved sessions', () => {
  let companion: Companion
  let browser: WireBrowser
  let line: Line
  beforeEach(async () => {
    companion = await createCompanion()
    await companion.start()
    browser = await createWireBrowser()
    line = await pairOverLine(companion, browser)
    for (const which of ['first', 'second', 'third']) await line.save(session(ada, which))
    await line.save(session(eve, 'hers'))
    return () => companion.close()
  })

  const json = async <T>(shape: z.ZodType<T>, ...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await companion.run(['session', ...args, '--json'])
    if (code !== 0 && !args.includes('verify')) throw new Error(stderr)
    expect(holds(stdout, canary)).toBe(false)
    return shape.parse(JSON.parse(stdout))
  }
  /** Runs the command, answers the one question of this action, and gives the code that it ended with: `done` or a refusal's. */
  const asked = async (
    action: string,
    args: readonly string[],
    answer: 'approve' | 'deny' = 'approve',
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string> => {
    await using command = companion.begin(['session', ...args, '--json'])
    const prompt = await line.asked(action)
    await meanwhile()
    await line.answer(prompt, { answer })
    const { code } = await command.ended
    expect(holds(command.stdout() + command.stderr(), canary)).toBe(false)
    return code === 0 ? 'done' : refusal.parse(JSON.parse(command.stdout())).error.code
  }
  const listed = async (account: string): Promise<readonly number[]> => {
    const { accounts } = await json(versions, 'list')
    return accounts.find((each) => each.account === account)?.versions.map(({ version }) => version) ?? []
  }

  test('are listed, shown and compared by names alone, and nobody is asked', async () => {
    const { accounts } = await json(versions, 'list')
    expect(accounts.map(({ account, versions: all }) => [account, all.length])).toEqual([
      [eve, 1],
      [ada, 3],
    ])
    expect(await json(difference, 'diff', '1', '3', '--account', ada)).toMatchObject({
      from: 1,
      to: 3,
      cookies: { added: ['only_third'], gone: ['only_first'], changed: ['master_access_token'] },
      storage: { changed: ['token_cache (local, https://www.upwork.com)'] },
    })
    const words = await Promise.all(
      [['list'], ['show', '2', '--account', ada], ['diff', '--account', ada], ['verify']].map(
        async (args) => (await companion.run(['session', ...args])).stdout,
      ),
    )
    expect(words.join('\n')).toContain('version 2, saved just now')
    expect(words.join('\n')).toContain('~ cookie master_access_token, changed')
    expect(words.join('\n')).toContain('All is well: 4 versions')
    expect(holds(words.join('\n'), canary)).toBe(false)
    expect(line.shown()).toEqual([])
  })

  test('are restored to the last value after her yes, as the newest, and none is lost', async () => {
    expect(await asked('restore session', ['restore', '1', '--account', ada], 'deny')).toBe('approval_denied')
    expect(await listed(ada)).toEqual([3, 2, 1])
    expect(await asked('restore session', ['restore', '1', '--account', ada])).toBe('done')
    expect(await listed(ada)).toEqual([4, 3, 2, 1])
    const { file } = await exportOverWire(companion, line)
    expect(file).toContain(`"${canary}.first"`)
    expect(await json(difference, 'diff', '1', '4', '--account', ada)).toMatchObject({
      cookies: { added: [], gone: [], changed: [] },
    })
    const saveMeanwhile = () => line.save(session(ada, 'meanwhile'))
    const late = asked('restore session', ['restore', '2', '--account', ada], 'approve', saveMeanwhile)
    expect(await late).toBe('approval_changed')
    expect(await listed(ada)).toEqual([5, 4, 3, 2, 1])
    expect((await ledgerRows(companion)).filter(({ kind }) => kind === 'session_restored')).toHaveLength(1)
  })

  test('want to be told whose they are, where something would change', async () => {
    const { code, stdout } = await companion.run(['session', 'restore', '1', '--json'])
    const { error } = refusal.parse(JSON.parse(stdout))
    expect([code, error.code, error.reason]).toEqual([
      1,
      'account_unclear',
      `Several accounts have saved sessions: ${eve}, ${ada}.`,
    ])
    expect((await companion.run(['session', 'forget'])).code).toBe(2)
    expect((await companion.run(['session', 'forget', '1', '--all-of', ada])).code).toBe(2)
  })

  test('have an account with a name after her yes, by which it is found, and which the ledger does not hold', async () => {
    expect(await asked('rename account', ['rename', ada, 'Design work'], 'deny')).toBe('approval_denied')
    expect(await asked('rename account', ['rename', ada, 'Design work'])).toBe('done')
    const { accounts } = await json(versions, 'list', '--account', 'Design work')
    expect(accounts).toMatchObject([{ account: ada, name: 'Design work' }])
    expect(await asked('rename account', ['rename', 'Design work', '--none'])).toBe('done')
    expect((await json(versions, 'list', '--account', ada)).accounts[0]?.name).toBeNull()
    const { stdout } = await companion.run(['ledger', 'export'])
    expect(stdout).not.toMatch(/Design work|example-freelancer/)
  })

  test('are all there after a no, and in no file any more after a yes; another account and its name stay', async () => {
    for (const name of [ada, eve]) expect(await asked('rename account', ['rename', name, `Named ${name}`])).toBe('done')
    const before = await sealedIn(companion)
    const [first, second, third, hers] = before.records.map(({ parts }) => parts)
    const lies = (parts: readonly Buffer[] = []): Promise<number> => lyingIn(companion, parts)

    expect(await asked('forget session', ['forget', '2', '--account', ada], 'deny')).toBe('approval_denied')
    expect(await sealedIn(companion)).toEqual(before)
    expect(await asked('forget session', ['forget', '2', '--account', ada])).toBe('done')
    expect([await lies(second), await lies(first)]).toEqual([0, first?.length])
    expect(await listed(ada)).toEqual([3, 1])

    await using folder = await temporaryFolder('lease')
    const lease = await leaseOverWire(companion, line, ['--for', '2h', '--account', ada, join(folder.path, 'a.json')])
    expect((await lstat(lease.path)).isFile()).toBe(true)
    expect(await asked('forget session', ['forget', '--all-of', ada])).toBe('done')
    await expect(lstat(lease.path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect([await lies(first), await lies(third), await lies(hers)]).toEqual([0, 0, hers?.length])
    const left = await sealedIn(companion)
    expect(left.names).toHaveLength(1)
    const gone = before.names.filter((name) => !left.names.some((other) => other.equals(name)))
    expect([gone.length, await lies(gone)]).toEqual([1, 0])
    expect((await json(versions, 'list')).accounts).toMatchObject([{ account: eve, name: `Named ${eve}` }])
    // A new life of the account begins with the first number; within one, none comes back.
    await line.save(session(ada, 'anew'))
    await line.save(session(ada, 'more'))
    expect(await asked('forget session', ['forget', '2', '--account', ada])).toBe('done')
    expect((await line.save(session(ada, 'again'))).version).toBe(3)
  })

  test('are looked through, and one that was changed by hand is named, exits with 1, and can be forgotten', async () => {
    expect((await json(verified, 'verify')).good).toBe(true)
    await companion.stop()
    await meddle(companion, `update vault_records set session = zeroblob(length(session)) where version = 2`)
    await companion.start()
    line = await browser.connect(companion.port)
    await line.hello()
    const { code, stdout } = await companion.run(['session', 'verify'])
    expect([code, stdout]).toMatchObject([1, expect.stringContaining(`${ada}, version 2: does not open`)])
    expect((await json(verified, 'verify')).records.filter(({ is }) => is !== 'good')).toMatchObject([{ version: 2 }])
    expect(await asked('forget session', ['forget', '2', '--account', ada])).toBe('done')
    expect((await companion.run(['session', 'verify'])).code).toBe(0)
  })
})

describe('killed in the middle', { timeout: 150_000 }, () => {
  test('of a restore or of forgetting: it is as before or it is done, whole, and what is forgotten is in no file', async () => {
    const chance = createChance(23)
    await using companion = await createCompanion()
    const browser = await createWireBrowser()
    await companion.start()
    let line = await pairOverLine(companion, browser)
    for (let kills = 0; kills < 6; kills += 1) {
      for (const which of ['first', 'second', 'third']) await line.save(session(ada, which))
      const { records } = await sealedIn(companion)
      const before = records.map(({ version }) => version)
      const [oldest, ...newer] = before
      const [act, after] = chance.one<readonly [Parameters<Line['act']>[0], (last: number) => readonly number[]]>([
        [{ tool: 'restore', account: ada, version: oldest ?? 0 }, (last) => [...before, last + 1].slice(-10)],
        [{ tool: 'forget-session', account: ada, version: oldest ?? 0 }, () => newer],
        [{ tool: 'forget-session', account: ada, version: null }, () => []],
      ])
      const acting = line.act(act).catch(() => undefined)
      await pause(chance.whole(0, 30))
      await companion.kill()
      await acting
      await companion.start()
      line = await browser.connect(companion.port)
      await line.hello()
      const now = (await sealedIn(companion)).records.map(({ version }) => version)
      const done = after(before.at(-1) ?? 0)
      expect([before.join(), done.join()]).toContain(now.join())
      const gone = records.filter(({ version }) => !now.includes(version)).flatMap(({ parts }) => parts)
      expect(await lyingIn(companion, gone)).toBe(0)
      expect((await companion.run(['session', 'verify'])).code).toBe(0)
    }
    const calls = (await ledgerRows(companion)).filter(({ kind, tool }) => kind !== 'approval' && isChange(tool))
    const count = (outcome: string, kind = 'call') =>
      calls.filter((row) => row.outcome === outcome && row.kind === kind).length
    expect(count('intent')).toBe(count('done') + count('interrupted', 'interrupted'))
  })
})

/** One of its cookies is in no other version. */
function session(account: string, which: string): Session {
  const sample = sampleSession(account, `${canary}.${which}`)
  const [cookie] = sample.cookies
  if (cookie === undefined) throw new Error('The sample has a cookie')
  return { ...sample, cookies: [...sample.cookies, { ...cookie, name: `only_${which}`, value: new Secret(canary) }] }
}

const isChange = (tool: string | null): boolean => tool === 'restore session' || tool === 'forget session'
