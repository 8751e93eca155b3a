import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Ran } from '../support/companion.ts'
import { runOffline } from '../support/offline.ts'
import { refusal } from '../support/pairing.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'
import { openWorld, type World } from '../support/world.ts'

// What the person does with her policy in the terminal.

let folder: TemporaryFolder
beforeAll(async () => {
  folder = await temporaryFolder('policy')
})
afterAll(() => folder.remove())

const file = async (name: string, policy: unknown): Promise<string> => {
  const path = join(folder.path, name)
  await writeFile(path, typeof policy === 'string' ? policy : JSON.stringify(policy, null, 2))
  return path
}

const codeIn = ({ stdout }: Ran): string => refusal.parse(JSON.parse(stdout)).error.code

describe('with no companion', () => {
  test('a file is checked, all its mistakes at once, each with its place and what was meant', async () => {
    const bad = await file('bad.json', {
      version: '1',
      default: 'Deny',
      tools: { send_message: { action: 'deny', reson: 'Mine.' }, x: { rate_limit: '10/minutes' } },
    })
    const json = await runOffline(folder.path, ['policy', 'check', bad, '--json'])
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toEqual({
      valid: false,
      errors: [
        { path: '/default', message: 'There is no default `Deny`. Did you mean `deny`?' },
        { path: '/tools/send_message/reson', message: 'There is no key `reson` here. Did you mean `reason`?' },
        { path: '/tools/x/rate_limit', message: 'There is no window `minutes`. Did you mean `minute`?' },
      ],
    })
    const words = await runOffline(folder.path, ['policy', 'check', bad])
    expect(words.stdout).toContain('has 3 mistakes:')
    expect(words.stdout).toContain('/tools/x/rate_limit: There is no window')
  })

  test('the default is a good one, and says what would become of a call', async () => {
    const { stdout } = await runOffline(folder.path, ['policy', 'default'])
    const path = await file('default.json', stdout)
    const checked = await runOffline(folder.path, ['policy', 'check', path, '--json'])
    expect({ code: checked.code, ...JSON.parse(checked.stdout) }).toEqual({ code: 0, valid: true, errors: [] })
    const explain = async (...args: readonly string[]): Promise<unknown> => {
      const ran = await runOffline(folder.path, ['policy', 'explain', '--file', path, ...args, '--json'])
      return JSON.parse(ran.stdout)
    }
    expect(await explain('--tool', 'manual_login')).toMatchObject({ decision: 'ask' })
    expect(await explain('--tool', 'send_message')).toMatchObject({ decision: 'deny', rule: '(default deny)' })
  })

  test('a rule that looks at arguments is told with them', async () => {
    const path = await file('bids.json', {
      version: '1',
      default: 'deny',
      tools: {
        submit_proposal: {
          deny_if: [{ conditions: [{ path: 'args.bid_rate', op: 'lt', value: 40 }], on_deny: 'Never bid under 40.' }],
        },
      },
    })
    const explain = ['policy', 'explain', '--file', path, '--tool', 'submit_proposal', '--json', '--args']
    const low = await runOffline(folder.path, [...explain, '{"bid_rate": 35}'])
    expect(JSON.parse(low.stdout)).toMatchObject({
      decision: 'deny',
      rule: '/tools/submit_proposal/deny_if/0',
      reason: 'Never bid under 40.',
    })
    const fair = await runOffline(folder.path, [...explain, '{"bid_rate": 45}'])
    expect(JSON.parse(fair.stdout)).toMatchObject({ decision: 'allow', rule: '/tools/submit_proposal' })
    const torn = await runOffline(folder.path, [...explain, '{"bid_rate":'])
    expect(torn.code).toBe(1)
    expect(codeIn(torn)).toBe('invalid_arguments')
  })
})

describe('with a companion and a browser', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
    await world.pair()
    await world.grant('Job scout')
  })
  afterAll(() => world.close())

  const run = (...args: readonly string[]) => world.companion.run(['policy', ...args])
  const told = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await run(...args, '--json')).stdout)
  const shown = z.object({ text: z.string(), number: z.int(), how: z.string(), path: z.string() })
  /** An editor that saves this. */
  const editorThatSaves = async (policy: unknown): Promise<NodeJS.ProcessEnv> => {
    const text = await file('wanted.json', policy)
    const script = await file(
      'editor.mjs',
      `import { copyFileSync } from 'node:fs'\ncopyFileSync(${JSON.stringify(text)}, process.argv[2])\n`,
    )
    return { EDITOR: `"${process.execPath}" "${script}"`, VISUAL: '' }
  }
  const withSearch = { version: '1', default: 'deny', tools: { session_status: {}, search_jobs: {} } }

  test('the default is in force, and its file is where `path` says', async () => {
    const { stdout } = await run('path')
    expect(shown.parse(await told('show'))).toMatchObject({ number: 0, how: 'default', path: stdout.trim() })
    const explained = await told('explain', '--agent', 'job scout', '--tool', 'save_session')
    expect(explained).toMatchObject({ decision: 'ask', rule: '/tools/save_session/require_approval' })
    const nobody = await run('explain', '--agent', 'Nobody', '--tool', 'save_session', '--json')
    expect(codeIn(nobody)).toBe('no_such_agent')
  })

  test('what is edited is asked about, and in force after her yes', async () => {
    const edit = world.companion.begin(['policy', 'edit', '--json'], await editorThatSaves(withSearch))
    await using prompt = await world.approve('Terminal', 'accept policy')
    expect(await edit.line(z.object({ outcome: z.string(), number: z.int() }))).toEqual({
      outcome: 'accepted',
      number: 1,
    })
    await prompt.says('status', 'in force')
    expect(await told('explain', '--tool', 'search_jobs')).toMatchObject({ decision: 'allow' })
    expect(await told('explain', '--tool', 'save_session')).toMatchObject({ decision: 'deny', rule: '(default deny)' })
  })

  test('what she edits and then denies changes nothing, and neither does a file with mistakes', async () => {
    const edit = world.companion.begin(
      ['policy', 'edit', '--json'],
      await editorThatSaves({ ...withSearch, default: 'allow' }),
    )
    await using prompt = await world.extension.prompt()
    await prompt.question('Terminal', 'accept policy')
    await prompt.fill('Reason', 'Too wide.')
    await prompt.press('Deny')
    expect(await edit.line(z.object({ outcome: z.string(), reason: z.string() }))).toEqual({
      outcome: 'denied',
      reason: 'Too wide.',
    })
    expect((await edit.ended).code).toBe(1)

    const spoilt = world.companion.begin(['policy', 'edit', '--json'], await editorThatSaves('{"version":"1"'))
    expect((await spoilt.ended).code).toBe(1)
    expect(spoilt.stdout()).toContain('policy_invalid')
    expect(await told('explain', '--tool', 'anything')).toMatchObject({ decision: 'deny' })
  })

  test('what was accepted can be listed, looked at, and proposed again', async () => {
    const history = (await run('history', '--json')).stdout.trim().split('\n')
    expect(history.map((line) => z.object({ number: z.int() }).parse(JSON.parse(line)).number)).toEqual([0, 1])
    expect(await told('history', '--show', '0')).toMatchObject({ number: 0 })
    const again = world.companion.begin(['policy', 'history', '--propose', '0', '--json'])
    await using prompt = await world.approve('Terminal', 'accept policy')
    expect(await again.line(z.object({ outcome: z.string(), number: z.int() }))).toEqual({
      outcome: 'accepted',
      number: 2,
    })
    await prompt.says('status', 'in force')
    expect(await told('explain', '--tool', 'save_session')).toMatchObject({ decision: 'ask' })
    expect(codeIn(await run('history', '--show', '9', '--json'))).toBe('no_such_policy')
  })
})
