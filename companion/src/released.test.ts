import { randomUUID } from 'node:crypto'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createUnfinishedFiles } from './access/unfinished-files.ts'
import { createClosing } from './closing.ts'
import { compilePolicy } from './policy/compile-policy.ts'
import { evaluate } from './policy/evaluate.ts'
import { shippedDefault } from './policy/shipped-default.ts'
import { openReleased } from './released.ts'
import { canary, releasedHouse } from './testing/released-house.ts'
import { thrownBy } from './testing/thrown-by.ts'

const hour = 60 * 60_000
const browser = { kind: 'browser', label: 'Chrome on Linux' } as const

const opened = async () => {
  const house = await releasedHouse()
  const { items, folder, machine, time } = house
  const closing = createClosing()
  const kept = { ...house, unfinished: createUnfinishedFiles(items) }
  const open = () => openReleased({ kept, machine, time, stateFolder: folder.path, newId: randomUUID, closing })
  const released = open()
  let policy = compilePolicy(shippedDefault)
  let tell: () => void = () => undefined
  released.follow({
    decide: (call) => evaluate(policy, call),
    onChange: (listener) => {
      tell = listener
      return () => undefined
    },
  })
  const denyExports = () => {
    policy = compilePolicy({ ...shippedDefault, tools: { ...shippedDefault.tools, export: { action: 'deny' } } })
    tell()
  }
  const lease = (name = 'session.json') => released.copies.place(house.wanted(name, hour))
  return { ...house, ...released, closing, open, lease, denyExports }
}
type Opened = Awaited<ReturnType<typeof opened>>

describe('whatever ends it, a copy is wiped at once and the ledger says why', () => {
  const ends: [string, string, (house: Opened, id: string) => unknown][] = [
    ['its time', 'time', ({ time }) => time.advance(hour)],
    [
      'its time, when the wall clock jumps ahead',
      'time',
      ({ time }) => {
        time.setWall(time.wall() + 2 * hour)
        // No timer runs by that clock.
        time.advance(5000)
      },
    ],
    [
      'its time, when the wall clock was set back',
      'time',
      ({ time }) => {
        time.setWall(time.wall() - 24 * hour)
        time.advance(hour)
      },
    ],
    ['a look at it after its time', 'time', ({ time, copies }) => [time.setWall(time.wall() + hour), copies.list()]],
    ['a pause', 'paused', ({ pause }) => pause.pause('Chrome on Linux')],
    [
      'an alarm that stops calls',
      'alarm',
      ({ alarms }) => alarms.raise({ alarm: 'ledger_diverged', about: null, text: 'x' }),
    ],
    ['an unpairing', 'unpaired', ({ ledger }) => ledger.append({ kind: 'unpaired', asker: browser })],
    ['a reset', 'reset', ({ ledger }) => ledger.append({ kind: 'reset', asker: browser })],
    ['a policy', 'policy', ({ denyExports }) => denyExports()],
    ['forgetting the account', 'forgotten', ({ vault }) => vault.forget('ada', null)],
    ['forgetting the version that lies there', 'forgotten', ({ vault }) => vault.forget('ada', 1)],
    ['her click', 'ended', ({ end }, id) => end(id, browser)],
    ['the end of the companion', 'stopped', ({ closing }) => closing.run()],
    ['the next start', 'killed', ({ open }) => open()],
    ['another lease in its place', 'renewed', ({ copies, wanted }) => copies.place(wanted('session.json', hour))],
  ]

  it.each(ends)('%s', async (_, why, act) => {
    const house = await opened()
    const { id, ...receipt } = house.lease()
    expect(receipt).toMatchObject({ account: 'ada', version: 1 })
    expect(readFileSync(join(house.out, 'session.json'), 'utf8')).toContain(canary)
    await act(house, id)
    expect(house.ends(id)).toEqual([why])
    expect(house.copies.list().some((copy) => copy.id === id && why !== 'killed')).toBe(false)
    expect(house.lying().length).toBe(why === 'renewed' ? 1 : 0)
    expect(house.items.list('released ')).toHaveLength(why === 'renewed' ? 1 : 0)
  })

  it('but not an alarm that lets calls pass, another account that is forgotten, or a policy that does not deny it', async () => {
    const { alarms, vault, save, lease, copies, ledger } = await opened()
    await save({ account: 'bob' })
    lease()
    alarms.raise({ alarm: 'browser_doubled', about: 'x', text: 'x' })
    vault.forget('bob', null)
    ledger.append({ kind: 'paired', asker: browser })
    expect(copies.list()).toHaveLength(1)
  })

  it('and none is placed while nothing may be let out, or after its time', async () => {
    const { lease, pause, copies, wanted, time, out } = await opened()
    const late = wanted('late.json', hour)
    time.advance(hour)
    expect(thrownBy(() => copies.place(late))).toMatchObject({ code: 'approval_timed_out' })
    await pause.pause('Terminal')
    expect(thrownBy(() => lease())).toMatchObject({ code: 'paused' })
    expect([existsSync(join(out, 'late.json')), existsSync(join(out, 'session.json'))]).toEqual([false, false])
  })
})

describe('a copy is written anew', () => {
  const saved = ({ ledger }: Opened, kind: 'session_saved' | 'session_restored' = 'session_saved') =>
    ledger.append({ kind, asker: browser })

  it.each(['session_saved', 'session_restored'] as const)(
    'after a row %s, at the same path, and the ledger says so',
    async (kind) => {
      const house = await opened()
      const { id } = house.lease()
      const value = await house.save()
      saved(house, kind)
      expect(readFileSync(join(house.out, 'session.json'), 'utf8')).toContain(value)
      expect(house.copies.list()).toMatchObject([{ id, version: 2 }])
      const row = house.ledger.list().find(({ details }) => details['renewed'] === true)
      expect(row).toMatchObject({ kind: 'release', asker: { kind: 'companion' }, details: { copy: id, version: 2 } })
    },
  )

  it('but not by an uncertain sign-in, nor by another account’s', async () => {
    const house = await opened()
    house.lease()
    await house.save({ signIn: 'uncertain' })
    await house.save({ account: 'bob' })
    saved(house)
    expect(house.copies.list()).toMatchObject([{ version: 1 }])
  })

  it('leaving nothing under a second name of the old file', async () => {
    const house = await opened()
    house.lease()
    linkSync(join(house.out, 'session.json'), join(house.out, 'second'))
    await house.save()
    saved(house)
    expect(house.lying()).toEqual([join(house.out, 'session.json')])
    house.copies.endWhere(() => true, 'ended')
    expect(house.lying()).toEqual([])
  })

  it('not in another place, where its folder has become a link to that', async () => {
    const house = await opened()
    const inner = join(house.out, 'inner')
    mkdirSync(inner)
    const { id } = house.copies.place(house.wanted('inner/session.json', hour))
    renameSync(inner, join(house.out, 'elsewhere'))
    symlinkSync(join(house.out, 'elsewhere'), inner)
    await house.save()
    saved(house)
    expect([house.ends(id), house.copies.list(), house.lying()]).toEqual([['taken'], [], []])
  })

  it.each([
    ['a link', (path: string) => symlinkSync('/etc/hostname', path), 'taken'],
    ['another file', (path: string) => writeFileSync(path, 'mine'), 'taken'],
    ['a folder', (path: string) => mkdirSync(path), 'taken'],
    ['nothing', () => undefined, 'taken'],
  ])('not where %s lies in its place: it ends, and that is left alone', async (_, put, why) => {
    const house = await opened()
    const { id } = house.lease()
    const path = join(house.out, 'session.json')
    renameSync(path, join(house.folder.path, 'taken'))
    put(path)
    const inode = () => lstatSync(path, { throwIfNoEntry: false })?.ino
    const before = inode()
    await house.save()
    saved(house)
    expect([house.ends(id), house.copies.list(), house.lying()]).toEqual([[why], [], []])
    expect(inode()).toBe(before)
  })
})

describe('what can not be wiped', () => {
  it('is told of, tried again each minute, and gone when its folder is back', async () => {
    const { out, lease, copies, time, ends, lying, wanted } = await opened()
    mkdirSync(join(out, 'inner'))
    const { id } = copies.place(wanted('inner/session.json', hour))
    lease()
    renameSync(join(out, 'inner'), join(out, 'away'))
    time.advance(hour)
    expect(copies.leftBehind()).toMatchObject([{ id, why: 'time' }])
    expect(copies.alarms()).toMatchObject([{ code: 'release_not_wiped', look: null }])
    renameSync(join(out, 'away'), join(out, 'inner'))
    time.advance(60_000)
    expect([copies.leftBehind(), copies.alarms(), lying()]).toEqual([[], [], []])
    expect(ends(id)).toEqual(['time disk_failed', 'time'])
  })

  it('is no longer told of when somebody ends it who knows that its folder is gone', async () => {
    const { out, copies, wanted } = await opened()
    mkdirSync(join(out, 'inner'))
    const { id } = copies.place(wanted('inner/session.json', hour))
    renameSync(join(out, 'inner'), join(out, 'away'))
    expect(copies.end(id, 'ended', browser).trouble).toContain('folder is gone')
    expect(copies.end(id, 'ended', browser)).toMatchObject({ trouble: null, left: 'unknown' })
    expect(copies.leftBehind()).toEqual([])
    expect(thrownBy(() => copies.end(id, 'ended', browser))).toMatchObject({ code: 'no_such_lease' })
  })

  it('is told of in the ledger, once its note does not open any more', async () => {
    const { lease, meddle, open, ends } = await opened()
    const { id } = lease()
    meddle(`update sealed_items set sealed = x'00' where name = 'released ${id}'`)
    open()
    expect(ends(id)).toEqual(['killed database_damaged'])
  })
})

it('lets no file that is to stay be written where a lease lies', async () => {
  const { lease, out, toFile } = await opened()
  lease()
  expect(thrownBy(() => toFile(join(out, 'session.json')).look())).toMatchObject({ code: 'file_unsafe' })
  expect(toFile(join(out, 'another.json')).look()).toMatchObject({ warnings: [] })
})

it('lets none be written either where a copy lay whose folder went, until it is given up', async () => {
  const { copies, wanted, out, toFile } = await opened()
  const inner = join(out, 'inner')
  mkdirSync(inner)
  const { id } = copies.place(wanted('inner/session.json', hour))
  renameSync(inner, join(out, 'away'))
  copies.end(id, 'ended', browser)
  mkdirSync(inner)
  const look = () => toFile(join(inner, 'session.json')).look()
  expect(thrownBy(look)).toMatchObject({ code: 'file_unsafe' })
  copies.end(id, 'ended', browser)
  expect(look()).toMatchObject({ warnings: [] })
})
