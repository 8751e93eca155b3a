import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it } from 'vitest'
import { companionKey } from '../testing/fake-browser.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { createAgentActs } from './agent-acts.ts'
import { createGrants } from './grants.ts'
import { createTerminalAct } from './terminal-act.ts'
import { createTokenFiles } from './token-file.ts'

const claim = { program: 'bash', parent: 'tmux', pid: 7, folder: '/home/ada' }
const terminal = { kind: 'terminal', label: 'Terminal' } as const
const never = new AbortController().signal

const setUp = async () => {
  const house = await tempHouse()
  const { authorize, broker, browser, calls, database, folder, items, ledger, machine, mutes, time, vault } = house
  const open = () => createGrants({ database, items, ledger, companionKey, time })
  const grants = await open()
  const files = createTokenFiles({ machine, stateFolder: folder.path, newId: randomUUID })
  const act = createTerminalAct({ authorize, broker, calls, patience: 600 })
  const agents = createAgentActs({ act, database, grants, mutes, files, vault, random: randomBytes, newId: randomUUID })
  const answer = async (how: 'approve' | 'deny' = 'approve') => {
    const prompt = await browser.prompted()
    await broker.answer(browser, await browser.sign(prompt, how))
    return prompt
  }
  const after = async <T>(asked: Promise<T>, how: 'approve' | 'deny' = 'approve'): Promise<T> => {
    asked.catch(() => undefined)
    await answer(how)
    return asked
  }
  const add = (label: string) => after(agents.add(label, claim, never))
  const place = join(folder.path, 'agents')
  const tokenIn = (name: string) => readFileSync(join(place, name), 'utf8').trim()
  return { ...house, agents, grants, files, answer, after, add, open, place, tokenIn }
}
type House = Awaited<ReturnType<typeof setUp>>

const onlyGrant = (items: House['items']) => {
  const [name = ''] = items.list('grant ')
  return { name, bytes: items.get(name) ?? new Uint8Array() }
}

describe('renaming an agent', () => {
  it('keeps its id, its token and its connections, whose name is the new one', async () => {
    const { add, after, agents, grants, open, rows, tokenIn, place } = await setUp()
    const { token } = await add('Cursor')
    const connected = grants.authenticate(token.reveal())
    expect(await after(agents.rename('CURSOR', 'Job scout', claim, never))).toEqual({ from: 'Cursor', to: 'Job scout' })
    expect([connected?.label, connected?.revoked.aborted]).toEqual(['Job scout', false])
    expect(grants.list()).toMatchObject([{ id: connected?.id, label: 'Job scout' }])
    expect([readdirSync(place), tokenIn('Job scout.token')]).toEqual([['Job scout.token'], token.reveal()])
    expect(rows().slice(-4)).toEqual([
      'call rename agent Cursor intent',
      'approval rename agent Cursor done',
      'grant rename agent Cursor done',
      'call rename agent Cursor done',
    ])
    const again = await open()
    expect([again.altered(), again.authenticate(token.reveal())?.label]).toEqual([0, 'Job scout'])
  })

  it('may change no more than the case of its letters, but is not to a name that another has, nor to its own', async () => {
    const { add, after, agents, grants } = await setUp()
    await add('Cursor')
    await add('Claude')
    const rename = (to: string) => agents.rename('Cursor', to, claim, never)
    await expect(rename('cLAUDE')).rejects.toMatchObject({ code: 'label_taken' })
    await expect(rename('Cursor')).rejects.toMatchObject({ code: 'label_taken' })
    await expect(rename('Terminal')).rejects.toMatchObject({ code: 'label_invalid' })
    await expect(agents.rename('Nobody', 'x', claim, never)).rejects.toMatchObject({ code: 'no_such_agent' })
    await after(rename('cursor'))
    expect(grants.list().map(({ label }) => label)).toEqual(['cursor', 'Claude'])
  })

  it('changes nothing after a no, nor when it is another agent by then', async () => {
    const { add, after, agents, answer, browser, grants, open } = await setUp()
    await add('Cursor')
    await expect(after(agents.rename('Cursor', 'Scout', claim, never), 'deny')).rejects.toMatchObject({
      code: 'approval_denied',
    })
    const late = agents.rename('Cursor', 'Scout', claim, never)
    late.catch(() => undefined)
    await browser.prompted()
    grants.revoke('Cursor', terminal)
    await answer()
    await expect(late).rejects.toMatchObject({ code: 'no_such_agent' })
    expect([grants.list(), (await open()).list()]).toEqual([[], []])
  })
})

describe('a new token', () => {
  it('makes the old one worth nothing, and ends its connections', async () => {
    const { add, after, agents, grants, open, place, tokenIn } = await setUp()
    const { token: old } = await add('Cursor')
    const connected = grants.authenticate(old.reveal())
    const { label, token } = await after(agents.rotate('cursor', claim, never))
    expect(label).toBe('Cursor')
    expect(connected?.revoked.reason).toMatchObject({ code: 'unauthorized', message: 'This agent has a new token.' })
    for (const known of [grants, await open()]) {
      expect(known.authenticate(old.reveal())).toBeUndefined()
      expect(known.authenticate(token.reveal())?.id).toBe(connected?.id)
    }
    expect([readdirSync(place), tokenIn('Cursor.token')]).toEqual([['Cursor.token'], token.reveal()])
  })

  it('is none after a no, nor when another was given meanwhile', async () => {
    const { add, after, agents, answer, browser, grants, tokenIn, place } = await setUp()
    const { token } = await add('Cursor')
    await expect(after(agents.rotate('Cursor', claim, never), 'deny')).rejects.toMatchObject({
      code: 'approval_denied',
    })
    expect([grants.authenticate(token.reveal())?.label, tokenIn('Cursor.token')]).toEqual(['Cursor', token.reveal()])
    const renaming = agents.rename('Cursor', 'Scout', claim, never)
    renaming.catch(() => undefined)
    await browser.prompted()
    const rotating = agents.rotate('Cursor', claim, never)
    rotating.catch(() => undefined)
    await answer()
    await renaming
    await answer()
    await expect(rotating).rejects.toMatchObject({ code: 'no_such_agent' })
    expect(readdirSync(place)).toEqual(['Scout.token'])
  })

  it('is there whole or not at all, wherever the process ends', async () => {
    const { add, after, agents, grants, files, meddle, open, place, tokenIn } = await setUp()
    const { token: old } = await add('Cursor')
    // Before the database has it: the old one counts, and what lies beside goes.
    meddle("create trigger full before insert on ledger when new.kind = 'grant' begin select raise(abort, 'full'); end")
    await expect(after(agents.rotate('Cursor', claim, never))).rejects.toBeInstanceOf(CountersignError)
    meddle('drop trigger full')
    writeFileSync(join(place, 'Cursor.token.next'), 'csg_of a process that was killed\n', { mode: 0o600 })
    writeFileSync(join(place, `.countersign-${randomUUID()}.tmp`), 'csg_half of', { mode: 0o600 })
    files.settle((digest) => grants.ofToken(digest)?.label)
    expect([readdirSync(place), tokenIn('Cursor.token')]).toEqual([['Cursor.token'], old.reveal()])
    expect((await open()).authenticate(old.reveal())?.label).toBe('Cursor')
    // After it, and before the file is in its place.
    const { token } = await after(agents.rotate('Cursor', claim, never))
    writeFileSync(join(place, 'Cursor.token.next'), `${token.reveal()}\n`, { mode: 0o600 })
    writeFileSync(join(place, 'Cursor.token'), `${old.reveal()}\n`, { mode: 0o600 })
    files.settle((digest) => grants.ofToken(digest)?.label)
    expect([readdirSync(place), tokenIn('Cursor.token')]).toEqual([['Cursor.token'], token.reveal()])
    // After a new name, and before the file has it.
    await after(agents.rename('Cursor', 'Scout', claim, never))
    files.rename('Scout', 'Cursor')
    files.settle((digest) => grants.ofToken(digest)?.label)
    expect([readdirSync(place), tokenIn('Scout.token')]).toEqual([['Scout.token'], token.reveal()])
  })

  it('is not written where something else lies in its place, and then none is given', async () => {
    const { agents, after, grants, place } = await setUp()
    mkdirSync(join(place, 'Cursor.token'), { recursive: true, mode: 0o700 })
    await expect(after(agents.add('Cursor', claim, never))).rejects.toMatchObject({ code: 'file_unsafe' })
    expect([grants.list(), existsSync(join(place, 'Cursor.token.next'))]).toEqual([[], false])
  })
})

describe('an older copy of a grant, put back', () => {
  it.each<[string, (house: House) => Promise<unknown>]>([
    ['it was renamed', ({ after, agents }) => after(agents.rename('Cursor', 'Scout', claim, never))],
    ['it was given a new token', ({ after, agents }) => after(agents.rotate('Cursor', claim, never))],
    ['it was taken back', ({ grants }) => Promise.resolve(grants.revoke('Cursor', terminal))],
  ])('does not come to life after %s', async (_what, change) => {
    const house = await setUp()
    const { add, items, open, rows } = house
    const { token } = await add('Cursor')
    const { name, bytes } = onlyGrant(items)
    await change(house)
    const newer = items.get(name)
    items.put(name, bytes)
    const again = await open()
    expect([again.list(), again.altered(), again.authenticate(token.reveal())]).toEqual([[], 1, undefined])
    again.dropAltered({ kind: 'browser', label: 'Chrome' })
    expect([again.altered(), items.list('grant '), rows().at(-1)]).toEqual([0, [], 'revoked done'])
    // Nor does the newer one, once she has looked.
    if (newer !== undefined) items.put(name, newer)
    expect((await open()).list()).toEqual([])
  })

  it.each<[string, (house: House) => Promise<unknown>]>([
    ['it was renamed', ({ after, agents }) => after(agents.rename('Cursor', 'Scout', claim, never))],
    ['it was given a new token', ({ after, agents }) => after(agents.rotate('Cursor', claim, never))],
    ['it was taken back', ({ grants }) => Promise.resolve(grants.revoke('Cursor', terminal))],
  ])(
    'does not come to life after %s, where an entry was added that names its approval, either',
    async (_what, change) => {
      const house = await setUp()
      const { add, items, ledger, open } = house
      const { token } = await add('Cursor')
      const { name, bytes } = onlyGrant(items)
      const [entered] = ledger.list().filter(({ kind }) => kind === 'grant')
      await change(house)
      items.put(name, bytes)
      ledger.append({ kind: 'grant', asker: terminal, details: entered?.details ?? {} })
      const again = await open()
      expect([again.list(), again.altered(), again.authenticate(token.reveal())]).toEqual([[], 1, undefined])
    },
  )

  it('counts for nothing, and ends nothing, where the newest entry about it names what is no text', async () => {
    const { add, items, meddle, open } = await setUp()
    await add('Cursor')
    const id = onlyGrant(items).name.replace('grant ', '')
    const details = `cast('{"grant":"${id}","approval":"' || x'ff' || '"}' as text)`
    meddle(`update ledger set details = ${details} where kind = 'grant'`)
    const again = await open()
    expect([again.list(), again.altered()]).toEqual([[], 1])
  })

  it('does not lend its approval to another label, another token, or another agent', async () => {
    const { add, after, agents, items, open } = await setUp()
    await add('Cursor')
    await after(agents.rename('Cursor', 'Scout', claim, never))
    const { name, bytes } = onlyGrant(items)
    const real: unknown = JSON.parse(new TextDecoder().decode(bytes))
    for (const change of [{ label: 'Cursor' }, { tokenDigest: '0'.repeat(64) }]) {
      items.put(name, new TextEncoder().encode(JSON.stringify({ ...Object(real), ...change })))
      expect((await open()).altered()).toBe(1)
    }
    items.put(name, bytes)
    expect((await open()).altered()).toBe(0)
  })
})

describe('unmuting by a command', () => {
  it('asks, and asks nobody about one that is not muted', async () => {
    const { add, after, agents, browser, grants, mutes, rows } = await setUp()
    await add('Cursor')
    expect(await agents.unmute('cursor', claim, never)).toEqual({ label: 'Cursor' })
    const { id } = grants.find('Cursor')
    mutes.mute({ grant: id, label: 'Cursor' }, terminal)
    await expect(after(agents.unmute('Cursor', claim, never), 'deny')).rejects.toMatchObject({
      code: 'approval_denied',
    })
    expect(mutes.until(id)).not.toBeNull()
    await after(agents.unmute('Cursor', claim, never))
    expect(mutes.until(id)).toBeNull()
    expect(rows().slice(-2)).toEqual(['unmuted unmute agent Cursor done', 'call unmute agent Cursor done'])
    expect(browser.seen.ends.at(-1)?.text).toBe('"Cursor" may ask again.')
  })
})
