import { CountersignError } from '@countersign/shared/errors'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { describe, expect, test } from 'vitest'
import { origin, testBridge } from '../testing/test-bridge.ts'
import { testBrowser } from '../testing/test-browser.ts'

/** A bridge with one paired browser on a standing line. */
const paired = async () => {
  const house = await testBridge()
  const ada = await testBrowser(origin, 'Chrome on Linux')
  const command = house.pair()
  const line = await ada.pair(command.code, house.dial().browser)
  const greeting = await line.hello()
  return { ...house, ada, line, greeting, command, result: await command.outcome }
}

describe('the first pairing', () => {
  test('pairs, and tells both the same fingerprint', async () => {
    const { command, result, greeting, pins, roster, rows } = await paired()
    const [offer] = command.events
    expect(command.code).toMatch(/^47616\.[\w-]{43}$/)
    expect(offer).toMatchObject({ url: `http://127.0.0.1:47616/pair#${command.code}` })
    expect(result).toEqual({ browser: 'Chrome on Linux', fingerprint: pins.all()[0]?.fingerprint })
    expect(greeting).toMatchObject({ standing: 'paired', prompts: [] })
    expect(roster.connected().map(({ fingerprint }) => fingerprint)).toEqual([result.fingerprint])
    expect(rows()).toEqual(['paired'])
  })

  test('begins with an empty house, whoever took the pins away', async () => {
    const { pair, dial, kept, rows } = await testBridge()
    kept.things = 3
    const ada = await testBrowser(origin)
    const command = pair()
    await (await ada.pair(command.code, dial().browser)).hello()
    await command.outcome
    expect(kept.things).toBe(0)
    expect(rows()).toEqual(['reset', 'paired'])
  })

  test('does not count until the browser has spoken, and is forgotten after ten seconds', async () => {
    const { pair, dial, pins, roster, time, rows } = await testBridge()
    const ada = await testBrowser(origin)
    const command = pair()
    const line = await ada.pair(command.code, dial().browser)
    expect(pins.all()[0]?.standing).toBe('provisional')
    expect(roster.paired()).toEqual([])
    time.advance(10_000)
    await expect(command.outcome).rejects.toMatchObject({ code: 'code_used' })
    expect(pins.all()).toEqual([])
    await line.peer.closed
    expect(rows()).toEqual(['pairing_refused code_used'])
  })

  test('is forgotten at the next start, when the process died in the middle', async () => {
    const { pair, dial, start, items } = await testBridge()
    await (await testBrowser(origin)).pair(pair().code, dial().browser)
    expect(items.list('browser ')).toHaveLength(1)
    expect((await start()).pins.all()).toEqual([])
    expect(items.list('browser ')).toEqual([])
  })

  test('can be taken back until a browser has come', async () => {
    const { pair, dial } = await testBridge()
    const command = pair()
    command.abort()
    await expect(command.outcome).rejects.toMatchObject({ code: 'cancelled' })
    const ada = await testBrowser(origin)
    await expect(ada.pair(command.code, dial().browser)).rejects.toMatchObject({ reason: 'refused', after: 'M1' })
  })
})

describe('a code', () => {
  test('runs out after two minutes', async () => {
    const { pair, dial, time } = await testBridge()
    const command = pair()
    time.advance(120_000)
    await expect(command.outcome).rejects.toMatchObject({ code: 'code_expired' })
    const late = await testBrowser(origin)
    await expect(late.pair(command.code, dial().browser)).rejects.toMatchObject({ reason: 'refused' })
  })

  test('gives way to a newer one', async () => {
    const { pair, dial } = await testBridge()
    const older = pair()
    const newer = pair()
    await expect(older.outcome).rejects.toMatchObject({ code: 'pairing_replaced' })
    const ada = await testBrowser(origin)
    await expect(ada.pair(older.code, dial().browser)).rejects.toMatchObject({ reason: 'bad-code' })
    await (await ada.pair(newer.code, dial().browser)).hello()
    expect(await newer.outcome).toMatchObject({ browser: 'Chrome on Linux' })
  })

  test('has one winner of twenty at once, or none', async () => {
    const { pair, dial, roster, pins } = await testBridge()
    const command = pair()
    const browsers = await Promise.all(Array.from({ length: 20 }, () => testBrowser(origin)))
    const tries = browsers.map(async (browser) => (await browser.pair(command.code, dial().browser)).hello())
    const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')
    expect(won.length).toBeLessThanOrEqual(1)
    const [told] = await Promise.allSettled([command.outcome])
    expect(['fulfilled', 'code_raced']).toContain(told.status === 'fulfilled' ? told.status : codeOf(told.reason))
    // The nineteen others have proven the same code, so whoever was first does not stay.
    expect(roster.paired()).toEqual([])
    expect(pins.all()).toEqual([])
  })

  test('that two keys have proven is taken back with its reason, also from one that has not come to its first word', async () => {
    const { pair, dial, pins } = await testBridge()
    const command = pair()
    const [ada, other] = await Promise.all([testBrowser(origin), testBrowser(origin)])
    const tries = await Promise.allSettled([ada, other].map((browser) => browser.pair(command.code, dial().browser)))
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const winner = [ada, other].find((_, index) => tries[index]?.status === 'fulfilled')
    await winner?.until(() => winner.heard.some((said) => said.startsWith('standing: unpaired, Two browsers')))
    expect(pins.all()).toEqual([])
  })

  test('that two keys have proven pairs neither, also when the first had finished', async () => {
    const { ada, line, command, dial, roster, rows } = await paired()
    const other = await testBrowser(origin)
    const refused = { reason: 'refused', after: 'M3' }
    await expect(other.pair(command.code, dial().browser)).rejects.toMatchObject(refused)
    await ada.until(() => ada.heard.some((said) => said.startsWith('standing: unpaired, Two browsers used this code')))
    await line.peer.closed
    expect(roster.paired()).toEqual([])
    expect(rows()).toEqual(expect.arrayContaining(['paired', 'unpaired code_raced', 'reset']))
  })

  test('stays won when its winner tries again', async () => {
    const { ada, command, dial, roster } = await paired()
    await expect(ada.pair(command.code, dial().browser)).rejects.toMatchObject({ reason: 'refused', after: 'M3' })
    expect(roster.paired()).toHaveLength(1)
  })
})

describe('a further browser', () => {
  const held = async () => {
    const house = await paired()
    const bob = await testBrowser(origin, 'Chrome on Windows')
    house.time.advance(1_000)
    const further = house.pair()
    const bobLine = await bob.pair(further.code, house.dial().browser)
    const bobGreeting = await bobLine.hello()
    await house.ada.until(() => house.ada.prompts().length === 1)
    return { ...house, bob, bobLine, bobGreeting, further }
  }

  test('is held until a paired one says yes', async () => {
    const { ada, line, bob, bobLine, bobGreeting, further, roster, start, observed } = await held()
    expect(bobGreeting).toMatchObject({ standing: 'held', overview: null, prompts: [] })
    expect(further.events[1]).toMatchObject({ held: true, browser: 'Chrome on Windows' })
    const [prompt] = ada.prompts()
    expect(prompt).toMatchObject({
      action: 'pair browser',
      subject: { label: 'Chrome on Windows' },
      asker: { kind: 'terminal' },
    })
    if (prompt === undefined) throw new Error('nothing was asked')
    await expect(bob.answer(bobLine, prompt, 'approve')).rejects.toMatchObject({ code: 'not_paired' })
    const seen = { signIn: 'signed-out', account: 'ada', proof: null } as const
    await expect(bobLine.peer.request(companionMethods.observe, seen)).rejects.toMatchObject({ code: 'not_paired' })
    expect(observed).toEqual([])

    expect(await ada.answer(line, prompt, 'approve')).toEqual({ kind: 'accepted' })
    const result = await further.outcome
    expect(result.browser).toBe('Chrome on Windows')
    await bob.until(() => bob.heard.includes('standing: paired'))
    expect((await bobLine.hello()).standing).toBe('paired')
    expect(roster.connected()).toHaveLength(2)
    await bobLine.peer.request(companionMethods.observe, seen)
    expect(observed).toEqual(['signed-out'])
    await ada.until(() => ada.heard.includes('ended: done Paired: Chrome on Windows.'))
    expect((await start()).roster.paired().map(({ label }) => label)).toEqual(['Chrome on Linux', 'Chrome on Windows'])
  })

  test('is turned away by a no', async () => {
    const { ada, line, bob, bobLine, further, roster, rows } = await held()
    const [prompt] = ada.prompts()
    if (prompt === undefined) throw new Error('nothing was asked')
    await ada.answer(line, prompt, 'deny')
    await expect(further.outcome).rejects.toMatchObject({ code: 'pairing_refused' })
    await bob.until(() => bob.heard.some((said) => said.startsWith('standing: unpaired, The pairing was denied')))
    await bobLine.peer.closed
    expect(roster.paired()).toHaveLength(1)
    expect(rows()).toContain('pairing_refused pairing_refused')
  })

  test('is turned away by two minutes of silence', async () => {
    const { bobLine, further, time } = await held()
    time.advance(120_000)
    await expect(further.outcome).rejects.toMatchObject({ code: 'pairing_refused' })
    await bobLine.peer.closed
  })

  test('is turned away when its command is called off, and the question goes', async () => {
    const { ada, bobLine, further } = await held()
    further.abort()
    await expect(further.outcome).rejects.toMatchObject({ code: 'cancelled' })
    await bobLine.peer.closed
    await ada.until(() => ada.prompts().length === 0)
  })

  test('is turned away when no paired one is connected', async () => {
    const { line, pair, dial, roster } = await paired()
    const gone = new Promise<void>((resolve) => roster.onChange(resolve))
    await line.peer.close()
    await gone
    const command = pair()
    const bob = await testBrowser(origin)
    const bobLine = await bob.pair(command.code, dial().browser)
    await bobLine.hello().catch(() => undefined)
    await expect(command.outcome).rejects.toMatchObject({ code: 'pairing_refused' })
    await bobLine.peer.closed
  })
})

describe('a paired browser', () => {
  test('comes back by its key', async () => {
    const { ada, line, dial, roster } = await paired()
    await line.peer.close()
    expect((await (await ada.connect(dial().browser, 47616)).hello()).standing).toBe('paired')
    expect(roster.connected()).toHaveLength(1)
  })

  test('is refused from another extension, and when it is not ours; a flood of that is one row a minute', async () => {
    const { ada, line, dial, rows, time } = await paired()
    await line.peer.close()
    await expect(ada.connect(dial(undefined, 'chrome-extension://other').browser, 47616)).rejects.toMatchObject({
      reason: 'wrong-companion',
    })
    for (let count = 0; count < 5; count += 1) {
      const socket = dial().browser
      socket.send(new Uint8Array(68))
      await new Promise<void>((resolve) => socket.listen({ frame: () => undefined, closed: () => resolve() }))
    }
    const knocks = () => rows().filter((row) => row === 'peer_unknown')
    expect(knocks()).toHaveLength(1)
    time.advance(60_000)
    expect(knocks()).toHaveLength(2)
    time.advance(600_000)
    expect(knocks()).toHaveLength(2)
  })

  test('has one connection: a newer one replaces an older one that is dead', async () => {
    const { ada, line, dial, roster } = await paired()
    await line.peer.close()
    let dead = false
    await (await ada.connect(dial((frame) => (dead ? [] : [frame])).browser, 47616)).hello()
    dead = true
    const newer = await ada.connect(dial().browser, 47616)
    expect((await newer.hello()).standing).toBe('paired')
    expect(roster.connected()).toHaveLength(1)
  })

  test('is told and cut when it is unpaired', async () => {
    const { ada, line, pairings, result, roster, rows, dial, kept } = await paired()
    kept.things = 2
    pairings.unpair(result.fingerprint, { kind: 'terminal', label: 'Terminal' })
    expect(roster.connected()).toEqual([])
    await ada.until(() => ada.heard.includes('standing: unpaired'))
    await line.peer.closed
    await expect(ada.connect(dial().browser, 47616)).rejects.toMatchObject({ reason: 'refused', after: 'M3' })
    // It was the last one.
    expect(kept.things).toBe(0)
    expect(rows().slice(1, 3)).toEqual(['unpaired', 'reset'])
    expect(() => pairings.unpair(result.fingerprint, { kind: 'terminal', label: 'Terminal' })).toThrow(
      expect.objectContaining({ code: 'no_such_browser' }),
    )
  })

  test('is heard every twenty seconds, or is gone', async () => {
    const { ada, line, dial, time, roster } = await paired()
    await line.peer.close()
    const cut = dial()
    await (await ada.connect(cut.browser, 47616)).hello()
    const frames = cut.sent.length
    const beat = new Promise<void>((resolve) => {
      const look = () => (cut.sent.length >= frames + 2 ? resolve() : setImmediate(look))
      look()
    })
    time.advance(20_000)
    await beat
    expect(roster.connected()).toHaveLength(1)
    const gone = new Promise<void>((resolve) => roster.onChange(resolve))
    cut.cut()
    await gone
    expect(roster.connected()).toEqual([])
  })

  test('does not count when its pin was changed on the disk', async () => {
    const { meddle, start } = await paired()
    meddle("update sealed_items set sealed = zeroblob(80) where name like 'browser %'")
    expect((await start()).roster.paired()).toEqual([])
  })
})

const codeOf = (thrown: unknown): unknown => (thrown instanceof CountersignError ? thrown.code : thrown)
