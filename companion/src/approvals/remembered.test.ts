import type { Subject } from '@countersign/shared/approval/prompt'
import { describe, expect, it } from 'vitest'
import { agentOf, lastingHouse, saveOf } from '../testing/lasting-house.ts'

const minute = 60_000
const her = { kind: 'browser', label: 'First' } as const

describe('a yes that lasts', () => {
  it('is none when it counts once', async () => {
    const { take, idsCovering, remembered } = await lastingHouse()
    await take('once')
    expect(idsCovering()).toEqual([])
    expect(remembered.list()).toEqual([])
  })

  it.each([
    ['the same call', {}, true],
    ['other arguments', { args: 'b'.repeat(64) }, true],
    ['another agent', { grant: 'g2' }, false],
    ['the same agent under another name', { label: 'Claudia' }, false],
    ['another tool', { tool: 'send_message' }, false],
    ['the tool spelled otherwise', { tool: 'Save_Session' }, false],
  ])('covers %s: %s %s', async (_name, call, covers) => {
    const { take, untilClosed, idsCovering } = await lastingHouse()
    const id = await take(untilClosed())
    expect(idsCovering(call)).toEqual(covers ? [id] : [])
  })

  it('covers the same arguments alone where she said so', async () => {
    const { take, untilClosed, idsCovering } = await lastingHouse()
    const id = await take(untilClosed(true))
    expect([idsCovering(), idsCovering({ args: 'b'.repeat(64) })]).toEqual([[id], []])
  })

  it('never covers the terminal, whatever its grant is called', async () => {
    const { take, untilClosed, remembered } = await lastingHouse()
    await take(untilClosed(), { asker: agentOf('terminal', 'Terminal') })
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal' } as const
    expect(remembered.covering({ asker, tool: 'save_session', args: 'a'.repeat(64) })).toEqual([])
  })

  it('ends after fifteen minutes by either clock, and tells of it', async () => {
    for (const jump of [15 * minute, -60 * minute]) {
      const { take, forFifteen, covering, idsCovering, remembered, time } = await lastingHouse()
      let changes = 0
      remembered.onChange(() => (changes += 1))
      const id = await take(forFifteen())
      const [yes] = covering()
      time.advance(14 * minute)
      expect(idsCovering()).toEqual([id])
      time.setWall(time.wall() + jump)
      time.advance(minute)
      expect(yes?.counts()).toBe(false)
      expect([idsCovering(), remembered.list(), changes]).toEqual([[], [], 2])
    }
  })

  it('outlives a lost connection, without counting meanwhile, and not another session of its browser', async () => {
    const { take, untilClosed, forFifteen, covering, idsCovering, remembered, browser, browsers } = await lastingHouse()
    for (const scope of [untilClosed(), forFifteen()]) {
      const id = await take(scope)
      const [yes] = covering()
      browsers.lose(browser)
      expect([idsCovering(), yes?.counts(), remembered.list().length]).toEqual([[], false, 1])
      const back = { ...browser }
      browsers.connect(back)
      expect([idsCovering(), yes?.counts()]).toEqual([[id], true])
      browsers.lose(back)
      const opened = { ...browser, session: () => crypto.randomUUID() }
      browsers.connect(opened)
      browsers.lose(opened)
      browsers.connect(browser)
      expect([idsCovering(), remembered.list()]).toEqual([[], []])
    }
  })

  it('ends when that browser says another session on the same connection', async () => {
    const { take, untilClosed, idsCovering, browser } = await lastingHouse()
    await take(untilClosed())
    browser.session = () => crypto.randomUUID()
    expect(idsCovering()).toEqual([])
  })

  it('is of the browser that it was given in', async () => {
    const { take, untilClosed, covering, browsers, browser, other } = await lastingHouse()
    const here = await take(untilClosed())
    const there = await take(untilClosed(false, other), {}, other)
    expect(covering().map(({ request, browser: of }) => [request, of])).toEqual([
      [there, other.fingerprint],
      [here, browser.fingerprint],
    ])
    browsers.lose(other)
    expect(covering().map(({ request }) => request)).toEqual([here])
  })

  it('goes with the pairing of its browser', async () => {
    const { take, untilClosed, idsCovering, browser, other, browsers } = await lastingHouse()
    await take(untilClosed())
    browsers.paired = () => [{ ...other, pairedAt: '' }]
    browsers.lose(browser)
    browsers.connect(browser)
    expect(idsCovering()).toEqual([])
  })

  it('takes the place of an older one that it covers, and leaves one for another account', async () => {
    const { take, untilClosed, forFifteen, idsCovering } = await lastingHouse()
    await take(untilClosed(true))
    const eve = await take(untilClosed(), { subject: saveOf('eve') })
    const newer = await take(forFifteen())
    expect(idsCovering()).toEqual([newer, eve])
    const narrow = await take(untilClosed(true))
    expect(idsCovering()).toEqual([narrow, newer, eve])
  })

  it('is forgotten with one click, which is entered once', async () => {
    const { take, untilClosed, covering, idsCovering, remembered, ledger } = await lastingHouse()
    const id = await take(untilClosed())
    const [yes] = covering()
    remembered.forget(id, her)
    remembered.forget(id, her)
    expect([yes?.counts(), idsCovering()]).toEqual([false, []])
    const rows = ledger.list().map(({ kind, asker, tool, details }) => ({ kind, asker, tool, details }))
    expect(rows).toEqual([
      { kind: 'forgotten', asker: her, tool: 'save_session', details: { request: id, agent: 'g1' } },
    ])
  })

  it.each([
    ['paused', {}, []],
    ['policy', {}, []],
    ['reset', {}, []],
    ['alarm', {}, []],
    ['revoked', { grant: 'g1' }, ['g2']],
    ['muted', { grant: 'g1' }, ['g2']],
    ['grant', { grant: 'g1' }, ['g2']],
    ['muted', {}, []],
    ['call', { grant: 'g1' }, ['g1', 'g2']],
    ['session_saved', {}, ['g1', 'g2']],
    ['remembered', {}, ['g1', 'g2']],
  ] as const)('ends as it has to when the ledger tells of: %s %j', async (kind, details, left) => {
    const { take, untilClosed, remembered, ledger } = await lastingHouse()
    for (const grant of ['g1', 'g2']) await take(untilClosed(), { asker: agentOf(grant) })
    ledger.append({ kind, asker: her, details })
    expect(remembered.list().map(({ agent }) => agent)).toEqual(left)
  })

  it('is told with its end, its account and its browser', async () => {
    const { take, forFifteen, untilClosed, remembered, browser, time } = await lastingHouse()
    const call: Subject = { kind: 'call', arguments: [] }
    const timed = await take(forFifteen())
    const open = await take(untilClosed(true), { action: 'send_message', subject: call, asker: agentOf('g2') })
    const same = { browser: browser.fingerprint }
    const until = new Date(time.wall() + 15 * minute).toISOString()
    expect(remembered.list()).toEqual([
      { ...same, id: timed, agent: 'g1', tool: 'save_session', until, sameArguments: false, account: 'ada' },
      { ...same, id: open, agent: 'g2', tool: 'send_message', until: null, sameArguments: true, account: null },
    ])
  })
})
