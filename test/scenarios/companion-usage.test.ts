import { chmod, rename, rm, symlink } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'

// Wrong words end with 2 and the usage, refusals with 1 and one line that says what to do next.

const refusal = z.strictObject({
  error: z.strictObject({ code: z.string(), reason: z.string(), next: z.string() }),
})

describe('without a companion', () => {
  let companion: Companion
  beforeAll(async () => {
    companion = await createCompanion()
  })
  afterAll(() => companion.close())

  test.each([
    [['--no-such-flag']],
    [['no-such-command']],
    [[]],
    [['status', '--no-such-flag']],
    [['status', 'more']],
    [['agents', 'add']],
    [['agents', 'add', 'one', 'two']],
    [['pair', 'no-such-command']],
    [['pair', 'remove']],
    [['export', '--format', 'playwright']],
    [['export', '--format', 'playwright', '--out', 'a.json', '--stdout']],
    [['export', '--format', 'playwright', '--only', 'all', '--stdout']],
    [['ledger', 'list', '--limit', 'many']],
    [['ledger', 'show']],
    [['ledger', 'show', '0']],
    [['ledger', 'show', 'one']],
    [['ledger', 'verify', 'one', 'two']],
    [['ledger', 'verify', '--key']],
    [['ledger', 'export', 'one']],
    [['pair', 'key', 'one', 'two']],
    [['mcp', '--no-such-flag']],
    [['mcp', 'more']],
  ])('%j is wrong usage', async (args) => {
    const { code, stdout, stderr } = await companion.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: countersign')
  })

  test.each([
    [['start']],
    [['mcp']],
    [['pair']],
    [['pair', 'list']],
    [['pair', 'remove']],
    [['agents', 'add']],
    [['agents', 'list']],
    [['agents', 'revoke']],
    [['status']],
    [['ledger']],
    [['ledger', 'list']],
    [['ledger', 'show']],
    [['ledger', 'verify']],
    [['ledger', 'export']],
    [['pair', 'key']],
    [['export']],
  ])('%j --help has an example', async (args) => {
    const { code, stdout } = await companion.run([...args, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: countersign ${args.join(' ')}`)
    expect(stdout).toMatch(/Examples?:\n {2}countersign /)
  })

  test('export names both of its ways where neither is told, and every format in its help', async () => {
    const { stderr } = await companion.run(['export', '--format', 'playwright'])
    expect(stderr).toContain('it takes --out FILE or --stdout, and not both')
    const { stdout } = await companion.run(['export', '--help'])
    for (const name of ['playwright', 'puppeteer', 'netscape', 'header', 'json']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    }
  })

  test('--version is a version', async () => {
    expect((await companion.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test.each([
    [['status']],
    [['ledger', 'list']],
    [['ledger', 'show', '1']],
    [['ledger', 'verify']],
    [['ledger', 'export']],
    [['pair', 'list']],
    [['pair', 'key']],
    [['pair', 'remove', '7K2M-9QXD']],
    [['agents', 'list']],
    [['agents', 'revoke', 'somebody']],
    [['export', '--format', 'playwright', '--out', 'state.json']],
  ])('%j names the command that starts one', async (args) => {
    const { code, stdout, stderr } = await companion.run([...args, '--json'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^[^\n]*countersign start[^\n]*\n$/)
    expect(refusal.parse(JSON.parse(stdout)).error.code).toBe('not_running')
  })
})

describe('before the first pairing', () => {
  test('there is no agent, and nothing to unpair', async () => {
    await using companion = await createCompanion()
    const adding = await companion.run(['agents', 'add', 'Claude Code', '--json'])
    expect(adding.code).toBe(1)
    expect(adding.stderr).toBe('No browser is paired. Run `countersign pair`.\n')
    expect(refusal.parse(JSON.parse(adding.stdout)).error.code).toBe('not_paired')

    const removing = await companion.run(['pair', 'remove', '7K2M-9QXD', '--json'])
    expect(refusal.parse(JSON.parse(removing.stdout)).error.code).toBe('no_such_browser')
    expect((await companion.run(['pair', 'list', '--json'])).stdout).toBe('[]\n')
    const key = await companion.run(['pair', 'key', '--json'])
    expect(refusal.parse(JSON.parse(key.stdout)).error.code).toBe('not_paired')
    expect((await companion.run(['agents', 'list', '--json'])).stdout).toBe('[]\n')
  })
})

describe.skipIf(process.platform === 'win32')('a state folder that is not safe', () => {
  test('others may enter: refused, and so in the background', async () => {
    await using companion = await createCompanion()
    await chmod(companion.home, 0o755)
    for (const command of ['start', 'pair']) {
      const { code, stdout, stderr } = await companion.run([command, '--json'])
      expect(code).toBe(1)
      expect(refusal.parse(JSON.parse(stdout)).error.code).toBe('folder_unsafe')
      expect(stderr).toContain(`chmod 700 '${companion.home}'`)
    }
    await chmod(companion.home, 0o700)
  })

  test('a symbolic link: refused', async () => {
    await using companion = await createCompanion()
    await rename(companion.home, `${companion.home}.real`)
    await symlink(`${companion.home}.real`, companion.home)
    const { code, stdout } = await companion.run(['start', '--json'])
    expect(code).toBe(1)
    expect(refusal.parse(JSON.parse(stdout)).error.code).toBe('folder_unsafe')
    await rm(companion.home)
    await rename(`${companion.home}.real`, companion.home)
  })
})
