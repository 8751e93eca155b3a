import { verifyCountersignature } from '@countersign/shared/approval/countersignature'
import type { ChainHead } from '@countersign/shared/ledger/chain'
import { CountersignError } from '@countersign/shared/errors'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { companionKey, fakeBrowsers } from '../testing/fake-browser.ts'
import { ledgerSigner } from '../testing/ledger-signer.ts'
import { tempHouse } from '../testing/temp-house.ts'
import { openCountersigning } from './countersigning.ts'
import { createHeads } from './heads.ts'
import { createLedger } from './ledger.ts'

const companion = { kind: 'companion', label: 'Companion' } as const
const agent = { kind: 'agent', label: 'Claude' } as const

let first: Awaited<ReturnType<typeof ledgerSigner>>
let second: typeof first
beforeAll(async () => {
  first = await ledgerSigner('Chrome on Linux')
  second = await ledgerSigner('Chrome on Mac')
})

const setUp = async () => {
  const house = await tempHouse()
  for (const { memory } of [first, second]) Object.assign(memory, { last: null, pages: [] })
  const { alarms, database, ledger, time } = house
  const heads = createHeads(database)
  const faults: unknown[] = []
  const onFault = (thrown: unknown) => void faults.push(thrown)
  const refusals: string[] = []
  const onRefused = (_fingerprint: string, code: string) => void refusals.push(code)
  const browsers = fakeBrowsers(first.browser, second.browser)
  const open = async (over = ledger) => {
    const given = { heads, browsers, alarms, companionKey, time, onRefused, onFault }
    const opened = await openCountersigning({ ledger: over, ...given })
    onTestFinished(opened.close)
    return opened
  }
  const countersigning = await open()
  const meet = (who = first, last: ChainHead | null = who.memory.last) => countersigning.met(who.browser, last)
  // What is signed is hashed and signed in other threads, which take one thing after the other.
  const settle = async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      await crypto.subtle.digest('SHA-256', new Uint8Array(1))
      await new Promise(setImmediate)
    }
  }
  const signed = () => heads.all().map(({ document }) => [document.browser, document.head.seq])
  return { ...house, heads, browsers, faults, refusals, open, countersigning, meet, settle, signed }
}

describe('the ledger’s head', () => {
  it('is countersigned at once after an approval, and else once a minute in which rows were added', async () => {
    const { ledger, meet, settle, signed, time, heads } = await setUp()
    meet()
    ledger.append({ kind: 'call', asker: agent, tool: 'session_status' })
    await settle()
    expect(signed()).toEqual([])
    time.advance(59_999)
    ledger.append({ kind: 'call', asker: agent, tool: 'session_status' })
    await settle()
    expect(signed()).toEqual([])
    time.advance(1)
    await settle()
    expect(signed()).toEqual([[first.browser.signingKey, 2]])
    expect(time.waiting()).toBe(0)
    ledger.append({ kind: 'approval', asker: agent, tool: 'save_session' })
    await settle()
    expect(signed()).toEqual([[first.browser.signingKey, 3]])
    for (const head of heads.all()) expect(await verifyCountersignature(head)).toBe(true)
  })

  it.each(['session_restored', 'session_forgotten', 'account_named'] as const)(
    'is so at once after a row of %s',
    async (kind) => {
      const { ledger, meet, settle, signed } = await setUp()
      meet()
      ledger.append({ kind, asker: companion })
      await settle()
      expect(signed()).toEqual([[first.browser.signingKey, 1]])
    },
  )

  it('is vouched for once a browser remembers a head that is there, or has signed one, and from then on', async () => {
    const { ledger, meet, settle, countersigning, open, browsers } = await setUp()
    ledger.append({ kind: 'start', asker: companion })
    expect(countersigning.vouched()).toBe(false)
    // One that has signed nothing yet could be any.
    meet(first, null)
    expect(countersigning.vouched()).toBe(false)
    ledger.append({ kind: 'policy', asker: companion })
    await settle()
    expect(countersigning.vouched()).toBe(true)
    browsers.lose(first.browser)
    expect(countersigning.vouched()).toBe(true)

    const again = await open()
    expect(again.vouched()).toBe(false)
    again.met(first.browser, { seq: 7, hash: 'f'.repeat(64) })
    expect(again.vouched()).toBe(false)
    again.met(first.browser, first.memory.last)
    expect(again.vouched()).toBe(true)
  })

  it('is signed by each browser that is there, and by one that comes back for all that it has missed', async () => {
    const { ledger, browsers, meet, settle, signed, countersigning } = await setUp()
    ledger.append({ kind: 'paired', asker: companion })
    meet(first)
    meet(second)
    ledger.append({ kind: 'grant', asker: companion })
    await settle()
    expect(signed().map(([, seq]) => seq)).toEqual([2, 2])
    browsers.lose(second.browser)
    for (let count = 0; count < 450; count += 1) ledger.append({ kind: 'call', asker: agent })
    ledger.append({ kind: 'approval', asker: agent })
    await vi.waitFor(() => expect(first.memory.last?.seq).toBe(453))
    meet(second)
    browsers.connect(second.browser)
    await vi.waitFor(() => expect(second.memory.last?.seq).toBe(453))
    await settle()
    expect(second.memory).toMatchObject({ last: { seq: 453 }, pages: [1, 200, 200, 51] })
    expect(countersigning.remembered().map(({ head }) => head.seq)).toEqual([453, 453])
  })

  it('is asked for no more than once, by whomever it is asked', async () => {
    const { ledger, meet, settle, faults } = await setUp()
    meet()
    for (let count = 0; count < 5; count += 1) ledger.append({ kind: 'approval', asker: agent })
    await settle()
    expect(first.memory.pages).toEqual([1])
    expect(faults).toEqual([])
  })
})

describe('a signature that the companion could not take', () => {
  it.each(['was lost on its way', 'did not fit on the disk'])(
    '%s is asked for anew with what came since, and is no alarm',
    async (how) => {
      const { ledger, meet, settle, signed, alarms, heads, browsers } = await setUp()
      const late = {
        ...first.browser,
        countersign: async (rows: readonly unknown[]) => {
          const answer = await first.browser.countersign(rows)
          if (how === 'was lost on its way' && first.memory.pages.length === 2)
            throw new CountersignError('peer_timeout')
          return answer
        },
      }
      browsers.lose(first.browser)
      meet()
      browsers.connect(late)
      ledger.append({ kind: 'paired', asker: companion })
      await settle()
      if (how === 'did not fit on the disk') {
        vi.spyOn(heads, 'keep').mockImplementationOnce(() => {
          throw new CountersignError('disk_failed')
        })
      }
      ledger.append({ kind: 'grant', asker: companion })
      await settle()
      expect(signed()).toEqual([[first.browser.signingKey, 1]])
      expect(first.memory.last?.seq).toBe(2)
      ledger.append({ kind: 'approval', asker: agent })
      await settle()
      expect(alarms.list()).toEqual([])
      expect(signed()).toEqual([[first.browser.signingKey, 3]])
    },
  )
})

it('a first signature that was lost is asked for anew, however much came since, and is no alarm', async () => {
  const { ledger, meet, settle, signed, alarms, browsers } = await setUp()
  const late = {
    ...first.browser,
    countersign: async (rows: readonly unknown[]) => {
      const answer = await first.browser.countersign(rows)
      if (first.memory.pages.length === 1) throw new CountersignError('peer_timeout')
      return answer
    },
  }
  browsers.lose(first.browser)
  meet()
  browsers.connect(late)
  ledger.append({ kind: 'paired', asker: companion })
  await settle()
  expect(first.memory.last?.seq).toBe(1)
  for (let count = 0; count < 4; count += 1) ledger.append({ kind: 'approval', asker: agent })
  await settle()
  expect(alarms.list()).toEqual([])
  expect(signed()).toEqual([[first.browser.signingKey, 5]])
})

describe('a ledger that does not go on from what a browser signed', () => {
  const text: unknown = expect.stringContaining('no longer continues what Chrome on Linux')

  it.each<[string, string]>([
    ['cut', 'delete from ledger where seq > 1'],
    ['emptied', 'delete from ledger'],
    ['rewritten', "update ledger set hash = replace(hash, substr(hash, 1, 1), 'f'), prev = prev where seq = 3"],
    ['altered at that entry', "update ledger set code = 'x' where seq = 3"],
  ])('%s: an alarm at the next hello, and at the next start', async (_, sql) => {
    const { ledger, meet, settle, meddle, alarms, open, database, time, countersigning } = await setUp()
    meet()
    for (const kind of ['paired', 'grant', 'approval'] as const) ledger.append({ kind, asker: companion })
    await settle()
    expect(first.memory.last?.seq).toBe(3)
    meddle(sql)
    meet()
    expect(alarms.list()).toEqual([{ alarm: 'ledger_diverged', about: null, text }])

    // She has looked, and all begins anew; but a head that was kept tells the next start as well.
    expect(countersigning.remembered()).toHaveLength(1)
    alarms.clear({ alarm: 'ledger_diverged', about: null }, companion)
    expect(alarms.list()).toEqual([])
    await open(createLedger({ database, time }))
    expect(alarms.list()).toEqual([{ alarm: 'ledger_diverged', about: null, text }])
  })

  it.each<[string, string]>([
    ['cut, and shorter still', 'delete from ledger where seq > 1'],
    ['cut, and as long again', 'delete from ledger where seq > 2'],
    ['altered at that entry', "update ledger set code = 'x' where seq = 3"],
  ])('while the companion runs, %s: an alarm as soon as anything is to be signed', async (_, sql) => {
    const { ledger, meet, settle, meddle, alarms, faults } = await setUp()
    meet()
    for (const kind of ['paired', 'grant', 'approval'] as const) ledger.append({ kind, asker: companion })
    await settle()
    expect(first.memory.last?.seq).toBe(3)
    meddle(sql)
    ledger.append({ kind: 'approval', asker: agent })
    await settle()
    expect(alarms.list()).toEqual([{ alarm: 'ledger_diverged', about: null, text }])
    expect(faults).toEqual([])
  })

  it('altered after it: the browser itself does not sign, and an alarm is raised', async () => {
    const { ledger, browsers, meet, settle, meddle, alarms } = await setUp()
    meet()
    ledger.append({ kind: 'paired', asker: companion })
    await settle()
    browsers.lose(first.browser)
    for (let count = 0; count < 3; count += 1) ledger.append({ kind: 'call', asker: agent })
    meddle("update ledger set asker_label = 'x' where seq = 3")
    meet()
    expect(alarms.list()).toEqual([])
    browsers.connect(first.browser)
    await settle()
    expect(alarms.list()).toEqual([{ alarm: 'ledger_diverged', about: null, text }])
    expect(first.memory.last?.seq).toBe(1)
  })

  it('is taken as it is once she has looked', async () => {
    const { ledger, meet, settle, meddle, alarms, countersigning, signed, open, database, time } = await setUp()
    meet()
    for (const kind of ['paired', 'grant', 'approval'] as const) ledger.append({ kind, asker: companion })
    await settle()
    meddle('delete from ledger where seq > 1')
    meet()
    // As the extension does before it sends her word.
    first.memory.last = null
    alarms.clear({ alarm: 'ledger_diverged', about: null }, companion)
    countersigning.looked(first.browser.signingKey)
    await settle()
    expect(signed()).toEqual([[first.browser.signingKey, ledger.head().seq]])
    await open(createLedger({ database, time }))
    expect(alarms.list()).toEqual([])
  })

  it.each<[string, typeof first.browser.countersign, string]>([
    ['a signature that is none', (rows) => second.browser.countersign(rows), 'countersignature_invalid'],
    ['another answer', () => Promise.reject(new CountersignError('frame_malformed')), 'frame_malformed'],
    ['a fault of its own', () => Promise.reject(new CountersignError('internal', { message: 'canary' })), 'internal'],
  ])(
    'is not believed %s, and says once which browser gave it, without a word of its own',
    async (_case, give, code) => {
      const { ledger, browsers, settle, heads, faults, refusals, countersigning } = await setUp()
      const forging = { ...first.browser, countersign: give }
      browsers.lose(first.browser)
      countersigning.met(forging, null)
      browsers.connect(forging)
      for (const _ of ['once', 'twice']) {
        ledger.append({ kind: 'paired', asker: companion })
        await settle()
      }
      expect(heads.all()).toEqual([])
      expect(refusals).toEqual([code])
      expect(faults).toEqual([])
    },
  )
})
