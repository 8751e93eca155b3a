import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError, refusalOf } from '@countersign/shared/errors'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { describe, expect, it } from 'vitest'
import { sent } from '../testing/sample-session.ts'
import { signedIn } from '../testing/temp-house.ts'
import { tempFolder } from '../testing/temp-folder.ts'
import { claim, terminalHouse } from '../testing/terminal-house.ts'
import { toStdout } from './exits/to-stdout.ts'
import type { ReleaseWish } from './release.ts'

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
    for (const name of ['x'.repeat(300), 'a\0b', 'a\ud800b']) {
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

describe('an export to stdout', () => {
  const withSession = async () => {
    const house = await terminalHouse()
    await house.vault.save(...(await sent(signedIn('ada', canary))))
    return house
  }

  it('gives the text to who asked, and tells the browser and the ledger where it went', async () => {
    const { answer, browser, door, ledger, never } = await withSession()
    const wish = { format: 'header', url: 'HTTPS://WWW.upwork.com/nx?q=1#top' }
    const letting = door.letOut(wish, toStdout, claim, never)
    const { subject } = await answer()
    expect(subject).toMatchObject({
      kind: 'release',
      way: { kind: 'stdout' },
      format: 'header',
      url: 'https://www.upwork.com/nx',
      cookies: 2,
      origins: 0,
      leftOut: 0,
    })
    const { text, receipt } = await letting
    expect(text.reveal()).toBe(`master_access_token=${canary}; console_user=ada\n`)
    expect(receipt).toMatchObject({ account: 'ada', cookies: 2, origins: 0 })
    expect(receipt.notes).toContain('This format has no web storage: 1 key of it stayed in the vault.')
    const released = ledger.list().find(({ kind }) => kind === 'release')
    expect(released?.details).toMatchObject({ destination: 'stdout', format: 'header', cookies: 2 })
    expect(JSON.stringify([receipt, browser.seen, ledger.list()])).not.toContain(canary)
  })

  it('is narrowed as she reads it, and its receipt names what stayed', async () => {
    const { answer, door, never } = await withSession()
    const wish = { format: 'json', only: 'sign-in', except: ['console_user', 'visitor'] } as const
    const letting = door.letOut(wish, toStdout, claim, never)
    expect((await answer()).subject).toMatchObject({ cookies: 1, origins: 0, leftOut: 2 })
    const { text, receipt } = await letting
    expect(receipt).toMatchObject({
      cookies: 1,
      leftOut: ['console_user', 'k'],
      notes: ['Nothing is left out as “visitor”: no cookie and no storage key has that name.'],
    })
    expect(text.reveal()).not.toContain('console_user')
  })

  it('is refused before anybody is asked where nothing could come of it', async () => {
    const { browser, door, never } = await withSession()
    const refused = (wish: ReleaseWish) => door.letOut(wish, toStdout, claim, never).then(String, refusalOf)
    expect(await refused({ format: 'header' })).toMatchObject({ code: 'url_needed' })
    const elsewhere = { format: 'header', url: 'https://example.com/' }
    expect(await refused(elsewhere)).toMatchObject({
      code: 'no_cookie_for_url',
      reason: 'No cookie of this session goes to https://example.com/.',
    })
    const misplaced = { format: 'json', url: 'https://www.upwork.com/' }
    expect(await refused(misplaced)).toMatchObject({ code: 'invalid_arguments' })
    expect(await refused({ format: 'json', account: 'eve' })).toMatchObject({ code: 'no_such_session' })
    expect(browser.seen.prompts).toEqual([])
  })
})
