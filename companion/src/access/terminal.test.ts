import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, existsSync, readdirSync } from 'node:fs'
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { companionKey } from '../testing/fake-browser.ts'
import { tempFolder } from '../testing/temp-folder.ts'
import { sent } from '../testing/sample-session.ts'
import { signedIn, tempHouse } from '../testing/temp-house.ts'
import { createAgentActs } from './agent-acts.ts'
import { createGrants } from './grants.ts'
import { createLookAtFile } from './exits/file-place.ts'
import { createToFile } from './exits/to-file.ts'
import { createRelease } from './release.ts'
import { tokenDigest } from './agent-token.ts'
import { grantArgs } from './stored-grant.ts'
import { createTerminalAct } from './terminal-act.ts'
import { createTokenFiles } from './token-file.ts'
import { createUnfinishedFiles } from './unfinished-files.ts'

const claim = { program: 'bash', parent: 'tmux', pid: 7, folder: '/home/ada' }
const terminal = { kind: 'terminal', label: 'Terminal' } as const
const canary = 'canary-a11ce'
const anyRow = z.object({ sealed: z.instanceof(Uint8Array) })

const setUp = async (inForce?: PolicyFile) => {
  const house = await tempHouse(inForce)
  const { authorize, broker, browser, calls, database, folder, items, ledger, machine, mutes, time, vault } = house
  const open = () => createGrants({ database, items, ledger, companionKey, time })
  const grants = await open()
  const stateFolder = folder.path
  const unfinished = createUnfinishedFiles(items)
  const files = createTokenFiles({ machine, stateFolder, newId: randomUUID })
  const act = createTerminalAct({ authorize, broker, calls, patience: 600 })
  const agents = createAgentActs({ act, database, grants, mutes, files, random: randomBytes, newId: randomUUID })
  const { add } = agents
  const door = createRelease({ act, vault })
  const lookAt = createLookAtFile({ machine, stateFolder })
  const toFile = createToFile({ lookAt, machine, unfinished, newName: randomUUID })
  const release = ({ out, format }: { out: string; format: string }, signal: AbortSignal) =>
    door.letOut({ format }, toFile(out), claim, signal)
  const answer = async (how: 'approve' | 'deny' = 'approve') => {
    const prompt = await browser.prompted()
    await broker.answer(browser, await browser.sign(prompt, how))
    return prompt
  }
  const never = new AbortController().signal
  const addAgent = async (label: string) => {
    const adding = add(label, claim, never)
    await answer()
    return adding
  }
  const tokenFile = (label: string) => join(folder.path, 'agents', `${label}.token`)
  return { ...house, unfinished, agents, files, add, addAgent, answer, grants, never, open, release, tokenFile }
}

describe('adding an agent', () => {
  it('asks in the browser, and gives a token that authenticates', async () => {
    const { add, answer, grants, never, rows, tokenFile, ledger } = await setUp()
    const adding = add('Claude Code', claim, never)
    const prompt = await answer()
    expect(prompt).toMatchObject({
      action: 'add agent Claude Code',
      asker: { label: 'Terminal', claim },
      subject: { kind: 'add-agent', label: 'Claude Code', account: null },
    })
    const { token } = await adding
    expect(grants.authenticate(token.reveal())).toMatchObject({ label: 'Claude Code' })
    expect(grants.authenticate(`${token.reveal()}x`)).toBeUndefined()
    expect(grants.authenticate('')).toBeUndefined()
    expect(readFileSync(tokenFile('Claude Code'), 'utf8').trim()).toBe(token.reveal())
    expect(lstatSync(tokenFile('Claude Code')).mode & 0o777).toBe(0o600)
    expect(rows()).toEqual([
      'call add agent Claude Code intent',
      'approval add agent Claude Code done',
      'grant add agent Claude Code done',
      'call add agent Claude Code done',
    ])
    expect(JSON.stringify([ledger.list(), prompt])).not.toContain(token.reveal())
  })

  it('refuses at once without a browser, a bad label, or one that is taken', async () => {
    const { add, addAgent, browser, browsers, never, pause } = await setUp()
    await addAgent('Claude')
    await expect(add('CLAUDE', claim, never)).rejects.toMatchObject({ code: 'label_taken' })
    await expect(add('a/b', claim, never)).rejects.toMatchObject({ code: 'label_invalid' })
    browsers.lose(browser)
    await expect(add('Other', claim, never)).rejects.toMatchObject({ code: 'browser_not_connected' })
    await pause.pause('Chrome')
    await expect(add('Other', claim, never)).rejects.toMatchObject({ code: 'paused' })
  })

  it('adds nothing after a no, and takes the prompt away with the command', async () => {
    const { add, answer, browser, grants, never, tokenFile } = await setUp()
    const adding = add('Claude', claim, never)
    const refused = expect(adding).rejects.toMatchObject({ code: 'approval_denied' })
    await answer('deny')
    await refused
    const ends = new AbortController()
    const gone = expect(add('Claude', claim, ends.signal)).rejects.toMatchObject({ code: 'cancelled' })
    await browser.prompted()
    ends.abort()
    await gone
    expect([grants.list(), existsSync(tokenFile('Claude')), browser.seen.prompts]).toEqual([[], false, []])
  })
})

describe('grants', () => {
  it('come back at the next start, and end when they are taken back', async () => {
    const { addAgent, files, open, rows, tokenFile, database } = await setUp()
    const { token } = await addAgent('Claude')
    const again = await open()
    const grant = again.authenticate(token.reveal())
    expect(again.list()).toMatchObject([{ label: 'Claude', lastSeen: '2026-11-22T12:00:00.000Z' }])
    const old = database.get('select sealed from sealed_items where name like ?', ['grant %'], anyRow)
    expect(again.revoke('claude', terminal)).toBe('Claude')
    files.remove('Claude')
    expect(grant?.revoked.aborted).toBe(true)
    expect(again.authenticate(token.reveal())).toBeUndefined()
    expect(existsSync(tokenFile('Claude'))).toBe(false)
    expect(rows().at(-1)).toBe('revoked done')
    expect(() => again.revoke('claude', terminal)).toThrow('no agent')
    // An old copy that is put back stays dead.
    database.run('insert into sealed_items (name, sealed) values (?, ?)', [
      `grant ${grant?.id ?? ''}`,
      old?.sealed ?? null,
    ])
    const later = await open()
    expect([later.list(), later.altered()]).toEqual([[], 1])
  })

  it('count for nothing, and stop nothing, where somebody tore what was taken back', async () => {
    const { addAgent, meddle, open } = await setUp()
    await addAgent('Claude')
    const gone = await addAgent('Cursor')
    const again = await open()
    again.revoke(gone.label, terminal)
    meddle("update ledger set details = 'torn' where kind = 'revoked'")
    expect((await open()).list()).toEqual([])
  })

  it('count for nothing without the approval of just that grant', async () => {
    const { addAgent, browser, grants, items, open } = await setUp()
    await addAgent('Claude')
    const forged = { id: randomUUID(), label: 'Eve', tokenDigest: tokenDigest('guess') }
    const [name = ''] = items.list('grant ')
    const real: unknown = JSON.parse(new TextDecoder().decode(items.get(name)))
    const put = (grant: object) =>
      items.put(`grant ${forged.id}`, new TextEncoder().encode(JSON.stringify({ ...Object(real), ...grant })))
    put({ ...forged })
    expect((await open()).altered()).toBe(1)
    const prompt = { id: randomUUID(), action: 'add agent Eve', reason: null, args: await grantArgs(forged) }
    const asker = { ...terminal, grant: 'terminal', claim } as const
    const subject = { kind: 'add-agent', label: 'Eve', account: null } as const
    const times = { askedAt: '2026-11-22T12:00:00.000Z', deadline: '2026-11-22T12:10:00.000Z' }
    put({
      ...forged,
      approval: await browser.sign({ ...prompt, asker: { ...asker, label: 'Terminal' }, subject, ...times }, 'deny'),
    })
    expect((await open()).list().map(({ label }) => label)).toEqual(['Claude'])
    expect(grants.list()).toHaveLength(1)
  })
})

describe('an export', () => {
  const withSession = async (inForce?: PolicyFile) => {
    const house = await setUp(inForce)
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
    const { never, release } = await setUp()
    const exporting = release({ format: 'playwright', out: '/tmp/x' }, never)
    await expect(exporting).rejects.toMatchObject({ code: 'no_such_session' })
  })
})
