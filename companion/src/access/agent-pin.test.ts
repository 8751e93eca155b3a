import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sent } from '../testing/sample-session.ts'
import { signedIn } from '../testing/temp-house.ts'
import { claim, terminalHouse } from '../testing/terminal-house.ts'
import { thrownBy } from '../testing/thrown-by.ts'

const terminal = { kind: 'terminal', label: 'Terminal' } as const
const ada = { id: 'ada', name: null, saved: true }
const eve = { id: 'eve', name: null, saved: false }

const setUp = async () => {
  const house = await terminalHouse()
  const { agents, answer, grants, items, never, open, vault } = house
  await vault.save(...(await sent(signedIn('ada'))))
  const after = async <T>(asked: Promise<T>, how: 'approve' | 'deny' = 'approve'): Promise<T> => {
    asked.catch(() => undefined)
    await answer(how)
    return asked
  }
  const add = (account?: string) => after(agents.add('Cursor', claim, never, account))
  const pin = (account: string) => agents.pin('cursor', account, claim, never)
  const unpin = () => agents.unpin('cursor', claim, never)
  const stored = () => {
    const [name = ''] = items.list('grant ')
    return { name, bytes: items.get(name) ?? new Uint8Array() }
  }
  /** To what it is pinned: in this process, and in the next. */
  const pinned = async () => {
    const again = await open()
    return [grants, again].map((known) => known.list().map(({ account }) => account)).flat()
  }
  return { ...house, after, add, pin, unpin, stored, pinned }
}
type House = Awaited<ReturnType<typeof setUp>>

describe('a grant for one account', () => {
  it('may be given as such, and she is told whose', async () => {
    const { agents, answer, browser, never, pinned, grants, ledger } = await setUp()
    const adding = agents.add('Cursor', claim, never, 'ada')
    expect((await browser.prompted()).subject).toEqual({ kind: 'add-agent', label: 'Cursor', account: ada })
    await answer()
    expect(await adding).toMatchObject({ label: 'Cursor', account: ada })
    expect(await pinned()).toEqual(['ada', 'ada'])
    expect(grants.pinnedTo(grants.find('Cursor').id)).toBe('ada')
    expect(ledger.list().find(({ kind }) => kind === 'grant')?.details).toMatchObject({
      label: 'Cursor',
      account: 'ada',
    })
  })

  it('becomes one by a yes, and its connections go on', async () => {
    const { add, after, pin, pinned, grants, browser, rows } = await setUp()
    const { token } = await add()
    const connected = grants.authenticate(token.reveal())
    const pinning = pin('ada')
    expect(await browser.prompted()).toMatchObject({
      action: 'pin agent Cursor',
      subject: { kind: 'pin-agent', label: 'Cursor', from: null, account: ada },
    })
    expect(await after(pinning)).toEqual({ label: 'Cursor', account: ada })
    expect([connected?.revoked.aborted, grants.authenticate(token.reveal())?.id]).toEqual([false, connected?.id])
    expect(await pinned()).toEqual(['ada', 'ada'])
    expect(rows().slice(-2)).toEqual(['grant pin agent Cursor done', 'call pin agent Cursor done'])
  })

  it('is pinned to another account, and to none, by a yes alone', async () => {
    const { add, after, pin, unpin, pinned, browser } = await setUp()
    await add('ada')
    for (const asked of [pin('eve'), unpin()]) {
      await expect(after(asked, 'deny')).rejects.toMatchObject({ code: 'approval_denied' })
    }
    expect(await pinned()).toEqual(['ada', 'ada'])
    const other = pin('eve')
    expect((await browser.prompted()).subject).toMatchObject({ from: ada, account: eve })
    await after(other)
    expect(await pinned()).toEqual(['eve', 'eve'])
    const none = unpin()
    expect(await browser.prompted()).toMatchObject({
      action: 'unpin agent Cursor',
      subject: { from: eve, account: null },
    })
    await after(none)
    expect(await pinned()).toEqual([null, null])
  })

  it('asks nobody about what is so already', async () => {
    const { add, pin, unpin, broker, after } = await setUp()
    await add('ada')
    expect(await pin('ada')).toEqual({ label: 'Cursor', account: ada })
    await after(unpin())
    expect(await unpin()).toEqual({ label: 'Cursor' })
    expect(broker.pending()).toBe(0)
  })

  it('stays one when it is renamed and given a new token', async () => {
    const { add, after, agents, never, pinned } = await setUp()
    await add('ada')
    await after(agents.rename('Cursor', 'Job scout', claim, never))
    expect(await pinned()).toEqual(['ada', 'ada'])
    await after(agents.rotate('Job scout', claim, never))
    expect(await pinned()).toEqual(['ada', 'ada'])
  })

  it('is not renamed past a pin that came while she was asked', async () => {
    const { add, agents, answer, browser, never, pin, pinned } = await setUp()
    await add()
    const pinning = pin('ada')
    pinning.catch(() => undefined)
    await browser.prompted()
    const renaming = agents.rename('Cursor', 'Scout', claim, never)
    renaming.catch(() => undefined)
    await answer()
    await pinning
    await answer()
    await expect(renaming).rejects.toMatchObject({ code: 'approval_changed' })
    expect(await pinned()).toEqual(['ada', 'ada'])
  })

  it('has no account at all once it is taken back', async () => {
    const { add, grants } = await setUp()
    await add('ada')
    const { id } = grants.find('Cursor')
    grants.revoke('Cursor', terminal)
    expect(thrownBy(() => grants.pinnedTo(id))).toMatchObject({ code: 'unauthorized' })
  })
})

describe('a pin that somebody meddles with', () => {
  const rewrite = ({ items, stored }: House, change: (grant: object) => object) => {
    const { name, bytes } = stored()
    const grant = z.looseObject({ account: z.unknown() }).parse(JSON.parse(new TextDecoder().decode(bytes)))
    items.put(name, new TextEncoder().encode(JSON.stringify(change(grant))))
  }

  it.each<[string, (grant: object) => object]>([
    ['taken away', (grant) => ({ ...grant, account: undefined })],
    ['made null', (grant) => ({ ...grant, account: null })],
    ['another', (grant) => ({ ...grant, account: 'eve' })],
  ])('shuts the agent out, where it was %s', async (_what, change) => {
    const house = await setUp()
    await house.add('ada')
    rewrite(house, change)
    const again = await house.open()
    expect([again.list(), again.altered()]).toEqual([[], 1])
  })

  it.each<[string, first: string | undefined, then: string | null]>([
    ['before it was pinned', undefined, 'ada'],
    ['before it was pinned to another account', 'ada', 'eve'],
    ['before it was unpinned', 'ada', null],
  ])('does not go by an older copy of the grant, from %s', async (_when, first, then) => {
    const { add, after, items, open, pin, stored, unpin } = await setUp()
    await add(first)
    const { name, bytes } = stored()
    await (then === null ? after(unpin()) : after(pin(then)))
    items.put(name, bytes)
    const again = await open()
    expect([again.list(), again.altered()]).toEqual([[], 1])
  })

  it('counts as none on a grant from before there were pins, which still stands', async () => {
    const house = await setUp()
    await house.add()
    rewrite(house, (grant) => ({ ...grant, account: undefined }))
    const again = await house.open()
    expect([again.list().map(({ account }) => account), again.altered()]).toEqual([[null], 0])
  })
})
