import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { claim, terminalHouse } from '../testing/terminal-house.ts'
import { tokenDigest } from './agent-token.ts'
import { grantArgs } from './stored-grant.ts'

const terminal = { kind: 'terminal', label: 'Terminal' } as const
const anyRow = z.object({ sealed: z.instanceof(Uint8Array) })

describe('adding an agent', () => {
  it('asks in the browser, and gives a token that authenticates', async () => {
    const { add, answer, grants, never, rows, tokenFile, ledger } = await terminalHouse()
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
    const { add, addAgent, browser, browsers, never, pause } = await terminalHouse()
    await addAgent('Claude')
    await expect(add('CLAUDE', claim, never)).rejects.toMatchObject({ code: 'label_taken' })
    await expect(add('a/b', claim, never)).rejects.toMatchObject({ code: 'label_invalid' })
    browsers.lose(browser)
    await expect(add('Other', claim, never)).rejects.toMatchObject({ code: 'browser_not_connected' })
    await pause.pause('Chrome')
    await expect(add('Other', claim, never)).rejects.toMatchObject({ code: 'paused' })
  })

  it('adds nothing after a no, and takes the prompt away with the command', async () => {
    const { add, answer, browser, grants, never, tokenFile } = await terminalHouse()
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
    const { addAgent, files, open, rows, tokenFile, database } = await terminalHouse()
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
    const { addAgent, meddle, open } = await terminalHouse()
    await addAgent('Claude')
    const gone = await addAgent('Cursor')
    const again = await open()
    again.revoke(gone.label, terminal)
    meddle("update ledger set details = 'torn' where kind = 'revoked'")
    expect((await open()).list()).toEqual([])
  })

  it('count for nothing without the approval of just that grant', async () => {
    const { addAgent, browser, grants, items, open } = await terminalHouse()
    await addAgent('Claude')
    const forged = { id: randomUUID(), label: 'Eve', tokenDigest: tokenDigest('guess'), account: null }
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
