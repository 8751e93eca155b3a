import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { describe, expect, it } from 'vitest'
import { sent } from '../testing/sample-session.ts'
import { signedIn } from '../testing/temp-house.ts'
import { tempFolder } from '../testing/temp-folder.ts'
import { terminalHouse } from '../testing/terminal-house.ts'

const canary = 'canary-a11ce'

describe('an export', () => {
  const withSession = async (inForce?: PolicyFile) => {
    const house = await terminalHouse(inForce)
    await house.vault.save(...(await sent(signedIn('ada', canary))))
    const out = join(tempFolder(), 'state.json')
    return { ...house, out, wish: { format: 'playwright', out } }
  }

  it('writes what was approved where it was shown, for the user alone', async () => {
    const { answer, browser, ledger, never, out, release, rows, wish } = await withSession()
    const exporting = release(wish, never)
    const prompt = await answer()
    expect(prompt).toMatchObject({
      action: 'export',
      subject: { way: { kind: 'file', path: out }, account: 'ada', cookies: 2, warnings: [] },
    })
    const done = await exporting
    expect(done).toMatchObject({ path: out, account: 'ada', version: 1 })
    expect(readFileSync(out, 'utf8')).toContain(canary)
    expect(lstatSync(out).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(out, '..'))).toEqual(['state.json'])
    expect(rows()).toEqual(['call export intent', 'approval export done', 'release export done', 'call export done'])
    expect(JSON.stringify([ledger.list(), done, prompt, browser.seen])).not.toContain(canary)
  })

  it('writes nothing after a no', async () => {
    const { answer, never, out, release, wish } = await withSession()
    const refused = expect(release(wish, never)).rejects.toMatchObject({ code: 'approval_denied' })
    await answer('deny')
    await refused
    expect(existsSync(out)).toBe(false)
  })

  it('refuses links, folders, its own files, missing folders and unknown formats without a prompt', async () => {
    const { browser, folder, never, out, release } = await withSession()
    const link = `${out}.link`
    symlinkSync('/etc/passwd', link)
    const refuse = (format: string, path: string) => release({ format, out: path }, never)
    await expect(refuse('playwright', link)).rejects.toMatchObject({ code: 'file_unsafe' })
    await expect(refuse('playwright', join(out, '..'))).rejects.toMatchObject({ code: 'file_unsafe' })
    await expect(refuse('playwright', join(folder.path, 'x'))).rejects.toMatchObject({ code: 'file_unsafe' })
    await expect(refuse('playwright', join(out, 'x', 'y'))).rejects.toMatchObject({ code: 'file_unsafe' })
    await expect(refuse('cookies', out)).rejects.toMatchObject({ code: 'unknown_format' })
    expect(browser.seen.prompts).toEqual([])
  })

  it('does not write through a link that was put there while she was asked', async () => {
    const { answer, browser, never, out, release, wish } = await withSession()
    const victim = `${out}.victim`
    writeFileSync(victim, 'mine')
    const exporting = expect(release(wish, never)).rejects.toMatchObject({ code: 'file_unsafe' })
    await browser.prompted()
    symlinkSync(victim, out)
    await answer()
    await exporting
    expect(readFileSync(victim, 'utf8')).toBe('mine')
    expect(browser.seen.ends.at(-1)?.how).toBe('failed')
  })

  it('warns of a git work tree and of a file that it will replace', async () => {
    const { answer, never, out, release, wish } = await withSession()
    mkdirSync(join(out, '..', '.git'))
    writeFileSync(out, 'old')
    const exporting = release(wish, never)
    const { subject } = await answer()
    expect(
      subject.kind === 'release' && subject.warnings.map((warning) => warning.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['A file is', 'This lies in'])
    await exporting
    expect(readFileSync(out, 'utf8')).toContain(canary)
  })

  it('asks anew when something came to lie in that place while she was asked', async () => {
    const { answer, browser, never, out, release, wish } = await withSession()
    const exporting = expect(release(wish, never)).rejects.toMatchObject({ code: 'approval_changed' })
    await browser.prompted()
    writeFileSync(out, 'mine')
    await answer()
    await exporting
    expect(readFileSync(out, 'utf8')).toBe('mine')
  })

  it('that came to nothing does not count for the policy', async () => {
    const { answer, browser, never, out, release, wish } = await withSession({
      version: '1',
      default: 'deny',
      tools: { export: { rate_limit: '1/day' } },
    })
    const failing = expect(release(wish, never)).rejects.toMatchObject({ code: 'approval_changed' })
    await browser.prompted()
    writeFileSync(out, 'mine')
    await answer()
    await failing
    const exporting = release(wish, never)
    await answer()
    await exporting
    await expect(release(wish, never)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('leaves no file behind that the ledger does not tell of', async () => {
    const { answer, meddle, never, out, release, wish } = await withSession()
    meddle(
      "create trigger full before insert on ledger when new.kind = 'release' begin select raise(abort, 'full'); end",
    )
    const exporting = expect(release(wish, never)).rejects.toBeInstanceOf(CountersignError)
    await answer()
    await exporting
    expect(readdirSync(join(out, '..'))).toEqual([])
  })

  it('leaves nothing behind when the process ended in the middle of writing', async () => {
    const { out, unfinished, items } = await withSession()
    expect(() =>
      unfinished.around(`${out}.tmp`, () => {
        writeFileSync(`${out}.tmp`, canary)
        throw new Error('killed, as far as a test can be')
      }),
    ).toThrow('killed')
    expect(items.list('unfinished')).toHaveLength(1)
    unfinished.sweep()
    expect([readdirSync(join(out, '..')), items.list('unfinished')]).toEqual([[], []])
  })

  it('refuses a name that no file can have, with a code', async () => {
    const { never, out, release } = await withSession()
    for (const name of ['x'.repeat(300), 'a\0b']) {
      const exporting = release({ format: 'playwright', out: `${out}${name}` }, never)
      await expect(exporting).rejects.toMatchObject({ code: 'file_unsafe' })
    }
  })

  it('writes a file whose name is as long as a name can be', async () => {
    const { answer, never, out, release, wish } = await withSession()
    const long = join(out, '..', '送'.repeat(84))
    const exporting = release({ ...wish, out: long }, never)
    await answer()
    await exporting
    expect(readFileSync(long, 'utf8')).toContain(canary)
  })

  it('has nothing to let out before the first save', async () => {
    const { never, release } = await terminalHouse()
    const exporting = release({ format: 'playwright', out: '/tmp/x' }, never)
    await expect(exporting).rejects.toMatchObject({ code: 'no_such_session' })
  })
})
