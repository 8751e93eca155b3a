import { describe, expect, it } from 'vitest'
import { acceptedHouse, policyIn, policyText } from '../testing/accepted-house.ts'
import { createPolicyInForce } from './in-force.ts'
import { shippedDefaultText } from './shipped-default.ts'

const asks = { require_approval: true }
const first = policyText({ tools: { search_jobs: asks } })
const second = policyText({ tools: { search_jobs: {}, get_messages: asks } })
const closing = policyText({ tools: { search_jobs: asks, get_messages: asks } })
const closedMore = policyText({ tools: { search_jobs: asks, get_messages: { action: 'deny', ...asks } } })
const her = { kind: 'browser', label: 'Chrome' } as const
const altered = { alarm: 'policy_altered', about: null } as const

const setUp = async () => {
  const house = await acceptedHouse()
  const { policies, alarms } = await house.open()
  return { ...house, policies, alarms }
}

describe('the policy in force', () => {
  it('is the shipped default until one was accepted', async () => {
    const { policies, alarms, ledger } = await setUp()
    expect(policies.inForce()).toMatchObject({ number: 0, how: 'default', text: shippedDefaultText, at: null })
    expect(policies.history()).toMatchObject([{ number: 0, inForce: true, browser: null }])
    expect([policies.next(), alarms.list(), ledger.list()]).toEqual([1, [], []])
  })

  it('is the one accepted last, less what closed it since, also after a restart', async () => {
    const { policies, accept, open, browser, ledger } = await setUp()
    let changes = 0
    policies.onChange(() => (changes += 1))
    await accept(policies, first)
    await accept(policies, second)
    policies.close(closing, policyIn(closing))
    policies.close(closedMore, policyIn(closedMore))
    expect(changes).toBe(4)
    for (const one of [policies, (await open()).policies]) {
      expect(one.inForce()).toMatchObject({ number: 2, how: 'closed', text: closedMore })
      expect(one.accepted()).toMatchObject({ number: 2, how: 'accepted', text: second })
      expect(one.history().map(({ number, how, inForce }) => [number, how, inForce])).toEqual([
        [0, 'default', false],
        [1, 'accepted', false],
        [2, 'accepted', false],
        [2, 'closed', true],
      ])
      expect(one.history()[1]).toMatchObject({ text: first, browser: { fingerprint: browser.fingerprint } })
    }
    expect((await open()).alarms.list()).toEqual([])
    const rows = ledger.list().map(({ kind, asker, details }) => [kind, asker.label, details['number'], details['how']])
    expect(rows).toEqual([
      ['policy', browser.label, 1, 'accepted'],
      ['policy', browser.label, 2, 'accepted'],
      ['policy', 'Terminal', 2, 'closed'],
      ['policy', 'Terminal', 2, 'closed'],
    ])
  })

  it('takes no acceptance that she did not sign, or that was compared with something else', async () => {
    const { policies, acceptance } = await setUp()
    const upon = policies.inForce()
    const forged = { ...(await acceptance(first, 1)), text: second }
    await expect(policies.keep(forged, upon)).rejects.toMatchObject({ code: 'countersignature_invalid' })
    await expect(policies.keep(await acceptance(first, 2), upon)).rejects.toMatchObject({ code: 'approval_changed' })
    await policies.keep(await acceptance(first, 1), upon)
    const late = policies.keep(await acceptance(second, 2), upon)
    await expect(late).rejects.toMatchObject({ code: 'approval_changed' })
    // Closed while her yes was on its way: that would be undone by it.
    const current = policies.inForce()
    const keeping = policies.keep(await acceptance(second, 2), current)
    const denied = policyText({ tools: { search_jobs: { action: 'deny', ...asks } } })
    policies.close(denied, policyIn(denied))
    await expect(keeping).rejects.toMatchObject({ code: 'approval_changed' })
    expect(policies.inForce()).toMatchObject({ number: 1, how: 'closed', text: denied })
  })

  it('takes nothing as closing that opens what is in force, or what she accepted', async () => {
    const { policies, accept } = await setUp()
    await accept(policies, second)
    expect(() => policies.close(policyText({ default: 'allow' }), policyIn(policyText({ default: 'allow' })))).toThrow(
      'should not',
    )
    policies.close(closing, policyIn(closing))
    expect(() => policies.close(second, policyIn(second))).toThrow('should not')
    expect(policies.inForce().text).toBe(closing)
  })

  it('decides by one whole policy, and knows the question whose yes it rests on', async () => {
    const { policies, accept } = await setUp()
    const inForce = createPolicyInForce(policies)
    const decide = (tool: string) => inForce.decide({ tool, args: {} }).kind
    expect([inForce.acceptance(), decide('save_session'), decide('search_jobs')]).toEqual([null, 'ask', 'deny'])
    const seen: string[] = []
    inForce.onChange(() => seen.push(decide('search_jobs')))
    await accept(policies, second)
    const { request } = policies.all()[0]?.approval.document ?? {}
    expect([inForce.acceptance(), decide('save_session'), decide('search_jobs')]).toEqual([request, 'deny', 'allow'])
    const hidden = policyText({ tools: { search_jobs: {}, get_messages: asks }, hide: ['search_jobs'] })
    policies.close(hidden, policyIn(hidden))
    expect([inForce.acceptance(), decide('search_jobs')]).toEqual([request, 'deny'])
    expect([inForce.isHidden('search_jobs'), inForce.isHidden('get_messages')]).toEqual([true, false])
    expect(inForce.explain({ tool: 'get_messages', args: {} })).toMatchObject({ decision: 'ask' })
    expect(seen).toEqual(['allow', 'deny'])
  })

  it('is the shipped default again after a reset, and no copy of what was erased comes back', async () => {
    const { policies, accept, open, meddle, alarms } = await setUp()
    await accept(policies, first)
    policies.deny('d'.repeat(64))
    meddle('create table aside as select * from sealed_items')
    policies.erase({ kind: 'terminal', label: 'Terminal' })
    expect(policies.inForce().how).toBe('default')
    expect((await open()).policies.denied()).toBeUndefined()
    expect((await open()).alarms.list()).toEqual([])
    meddle('insert or replace into sealed_items select * from aside')
    const { policies: again, alarms: raised } = await open()
    expect(again.inForce()).toMatchObject({ number: 1, how: 'accepted' })
    expect(raised.list()).toMatchObject([altered])
    expect(alarms.list()).toEqual([])
  })
})

/** What lies there: two acceptances, and twice something that closed the second. */
const lived = async () => {
  const house = await setUp()
  const { policies, accept, meddle } = house
  await accept(policies, first)
  meddle('create table aside_1 as select * from sealed_items')
  await accept(policies, second)
  meddle('create table aside_2 as select * from sealed_items')
  policies.close(closing, policyIn(closing))
  meddle('create table aside_3 as select * from sealed_items')
  policies.close(closedMore, policyIn(closedMore))
  return house
}
const newest = "(select max(seq) from ledger where kind = 'policy')"
const putBack = (from: string, ...names: string[]) =>
  `insert or replace into sealed_items select * from ${from} where name in (${names.map((name) => `'${name}'`).join()})`
const remove = (...names: string[]) =>
  `delete from sealed_items where name in (${names.map((name) => `'${name}'`).join()})`
const append = (number: number, digest: string) => `
  insert into ledger select seq + 1, at, kind, asker_kind, asker_label, tool, call, outcome, code,
    json_set(details, '$.number', ${number}, '$.digest', ${digest}), prev, hash from ledger where seq = ${newest}`

type Tampering = [name: string, sql: string, text: string]
const tamperings: Tampering[] = [
  ['an acceptance in force, deleted', remove('policy 2'), first],
  ['an acceptance in force, spoilt', "update sealed_items set sealed = randomblob(400) where name = 'policy 2'", first],
  ['an earlier acceptance, deleted', remove('policy 1'), closedMore],
  [
    'an earlier acceptance, spoilt',
    "update sealed_items set sealed = randomblob(400) where name = 'policy 1'",
    closedMore,
  ],
  [
    'an earlier acceptance in the place of the one in force',
    "update sealed_items set sealed = (select sealed from aside_1 where name = 'policy 1') where name = 'policy 2'",
    first,
  ],
  ['an acceptance that was made up', "insert into sealed_items values ('policy 3', randomblob(400))", closedMore],
  ['an item that was made up', "insert into sealed_items values ('policy x', randomblob(400))", closedMore],
  ['what closed it, deleted', remove('policy closing'), second],
  ['what closed it, spoilt', "update sealed_items set sealed = zeroblob(300) where name = 'policy closing'", second],
  ['what closed it, an older copy', putBack('aside_3', 'policy closing'), closing],
  ['the mark, deleted', remove('policy mark'), closedMore],
  ['the mark, spoilt', "update sealed_items set sealed = zeroblob(300) where name = 'policy mark'", closedMore],
  ['the mark, an older copy', putBack('aside_3', 'policy mark'), closedMore],
  [
    'all of it, rolled back before what closed it',
    `${remove('policy closing')}; ${putBack('aside_2', 'policy mark')}`,
    second,
  ],
  [
    'all of it, rolled back to the first',
    `${remove('policy closing', 'policy 2')}; ${putBack('aside_1', 'policy mark')}`,
    first,
  ],
  ['all of it, deleted', "delete from sealed_items where name like 'policy%'", shippedDefaultText],
  [
    'rolled back, with a row of the same kind put behind the newest',
    `${remove('policy closing', 'policy 2')}; ${putBack('aside_1', 'policy mark')};
     insert into ledger select ${newest} + 1, at, kind, asker_kind, asker_label, tool, call, outcome, code, details, prev, hash
     from ledger where kind = 'policy' order by seq limit 1`,
    first,
  ],
  [
    'rolled back, with the later rows made into others',
    `${remove('policy closing', 'policy 2')}; ${putBack('aside_1', 'policy mark')};
     update ledger set kind = 'call' where seq > 1`,
    first,
  ],
  ['the row, deleted', `delete from ledger where seq = ${newest}`, closedMore],
  ['the row, of another kind', `update ledger set kind = 'call' where seq = ${newest}`, closedMore],
  [
    'the row, naming another',
    `update ledger set details = json_set(details, '$.number', 1) where seq = ${newest}`,
    closedMore,
  ],
  ['the row, torn', `update ledger set details = 'torn' where seq = ${newest}`, closedMore],
  ['the row, no text at all', `update ledger set details = cast(x'7b22ff' as text) where seq = ${newest}`, closedMore],
  ['a further row', append(1, "'x'"), closedMore],
  ['a further row that says the same', append(2, "json_extract(details, '$.digest')"), closedMore],
]

describe('what was changed on the disk', () => {
  it.each(tamperings)('%s: an alarm, and nothing passes until she has looked', async (name, sql, text) => {
    const { open, meddle, ledger } = await lived()
    // A row that can't be read any more keeps the ledger itself from going on; what is told of it comes first.
    const isLegible = !/torn|no text/.test(name)
    if (!isLegible) ledger.append({ kind: 'stop', asker: her })
    meddle(sql.replaceAll(newest, String(4)))
    const { policies, alarms } = await open()
    expect(alarms.list()).toMatchObject([altered])
    expect(alarms.signal().reason).toMatchObject({ code: 'policy_altered' })
    expect(policies.inForce().text).toBe(text)

    // Nobody has looked yet: it stands, and is not raised twice.
    const again = await open()
    expect(again.policies.inForce().text).toBe(text)
    expect(ledger.list({ after: isLegible ? 3 : 4 }).filter(({ kind }) => kind === 'alarm')).toHaveLength(1)
    expect(again.alarms.clear(altered, her)).toBe(true)
    const after = await open()
    expect(after.alarms.list()).toEqual([])
    expect(after.policies.inForce().text).toBe(text)
  })

  it('is looked for in what the ledger has since a browser signed it, and not in all of it at every start', async () => {
    const { open, policies, ledger, meddle } = await lived()
    for (let count = 0; count < 600; count += 1) ledger.append({ kind: 'stop', asker: her })
    policies.signed(ledger.head())
    ledger.append({ kind: 'start', asker: her })
    ledger.append({ kind: 'start', asker: her })
    meddle("update ledger set code = 'x' where seq = 300")
    expect((await open()).alarms.list()).toEqual([])
    meddle("update ledger set code = 'x' where seq = 605")
    const { policies: held, alarms } = await open()
    expect([held.inForce().text, alarms.list()]).toMatchObject([closedMore, [altered]])
  })

  it('is told of in words that say what holds', async () => {
    const { open, meddle } = await lived()
    meddle(remove('policy 2'))
    expect((await open()).alarms.list()[0]?.text).toContain('then policy 1 of those that you accepted holds')
    meddle("delete from sealed_items where name like 'policy %'")
    expect((await open()).policies.inForce().how).toBe('default')
  })

  it('does not count where it is her no that was touched: she is asked once more', async () => {
    const { open, policies, meddle } = await lived()
    policies.deny('d'.repeat(64))
    expect((await open()).policies.denied()).toBe('d'.repeat(64))
    meddle("update sealed_items set sealed = zeroblob(80) where name = 'proposal denied'")
    const { policies: again, alarms } = await open()
    expect([again.denied(), alarms.list()]).toEqual([undefined, []])
  })

  it('goes on after an alarm: the next policy is accepted, and is whole', async () => {
    const { open, meddle, accept } = await lived()
    meddle(remove('policy 2'))
    const { policies, alarms } = await open()
    alarms.clear(altered, her)
    await accept(policies, second)
    const after = await open()
    expect(after.alarms.list()).toEqual([])
    expect(after.policies.inForce()).toMatchObject({ number: 2, how: 'accepted', text: second })
  })
})

describe('a change that comes to nothing half way', () => {
  it.each([1, 2, 3, 4])('leaves all as it was, in memory and on the disk (write %i fails)', async (failing) => {
    const { accept, acceptance, database, open, policies } = await setUp()
    await accept(policies, first)
    policies.close(
      policyText({ hide: ['search_jobs'], tools: { search_jobs: asks } }),
      policyIn(policyText({ hide: ['search_jobs'], tools: { search_jobs: asks } })),
    )
    const before = policies.inForce()
    const run = database.run.bind(database)
    let writes = 0
    database.run = (sql, params) => {
      writes += 1
      if (writes === failing) throw new Error('The disk is full')
      return run(sql, params)
    }
    await expect(policies.keep(await acceptance(second, 2), before)).rejects.toThrow('full')
    database.run = run
    expect(policies.inForce()).toEqual(before)
    const { policies: again, alarms } = await open()
    expect([again.inForce(), alarms.list()]).toEqual([before, []])
  })
})
