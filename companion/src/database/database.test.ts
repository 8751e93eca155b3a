import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openStateFolder } from '../state-folder.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { tempFolder, tempMachine } from '../testing/temp-folder.ts'
import { openBinding } from './bind.ts'
import type { Database } from './database.ts'
import { openDatabase } from './open.ts'

const machine = tempMachine
const open = (steps: readonly string[] = ['create table t (a text) strict']) => {
  const here = machine()
  const path = openStateFolder(here).database
  return { path, machine: here, database: openDatabase(path, here, steps) }
}
const add = (database: Database, text: string) => database.run('insert into t values (?)', [text])
const texts = (database: Database) => database.all('select a from t', [], z.object({ a: z.string() })).map(({ a }) => a)

describe('a transaction', () => {
  it('is all or nothing', () => {
    const { database } = open()
    const half = () =>
      database.transaction(() => {
        add(database, 'one')
        throw new Error('stop')
      })
    expect(half).toThrow('stop')
    expect(texts(database)).toEqual([])
    expect(database.transaction(() => add(database, 'two'))).toBe(1)
    expect(texts(database)).toEqual(['two'])
  })

  it('does not wait for the disk when it is told so, and only then', () => {
    const { database } = open()
    const full = 2
    const normal = 1
    const waits = () => database.get('pragma synchronous', [], z.object({ synchronous: z.int() }))?.synchronous
    expect(waits()).toBe(full)
    const lightly = database.lightly(() => [add(database, 'one'), waits()])
    expect([lightly[1], waits()]).toEqual([normal, full])
    const fail = () => {
      add(database, 'two')
      throw new Error('stop')
    }
    expect(() => database.lightly(fail)).toThrow('stop')
    expect(waits()).toBe(full)
    // What others rely on is not made light by what stands in it.
    database.transaction(() => database.lightly(() => expect(waits()).toBe(full)))
    expect(texts(database)).toEqual(['one'])
  })

  it('within another comes and goes with it, and alone when it fails alone', () => {
    const { database } = open()
    const inner = (text: string, fail: boolean) =>
      database.transaction(() => {
        add(database, text)
        if (fail) throw new Error('stop')
      })
    database.transaction(() => {
      inner('one', false)
      expect(() => inner('two', true)).toThrow('stop')
      add(database, 'three')
    })
    expect(texts(database)).toEqual(['one', 'three'])
  })

  it('tells who waits for the commit once, and not when it was undone', () => {
    const { database } = open()
    const told: string[] = []
    database.transaction(() => {
      database.afterCommit(() => told.push('outer'))
      const undone = () =>
        database.transaction(() => {
          database.afterCommit(() => told.push('undone'))
          throw new Error('stop')
        })
      expect(undone).toThrow('stop')
      expect(told).toEqual([])
    })
    database.afterCommit(() => told.push('at once'))
    expect(told).toEqual(['outer', 'at once'])
  })

  it('may not wait', () => {
    const { database } = open()
    expect(() => database.transaction(() => Promise.resolve(add(database, 'one')))).toThrow('can not wait')
    expect(texts(database)).toEqual([])
  })

  it('that a full disk undid in the middle takes nothing more', () => {
    const { database } = open()
    database.script('pragma max_page_count = 8')
    expect(
      thrownBy(() =>
        database.transaction(() => {
          add(database, 'one')
          add(database, 'x'.repeat(100_000))
        }),
      ).code,
    ).toBe('disk_full')
    expect(texts(database)).toEqual([])
    expect(
      thrownBy(() =>
        database.transaction(() => {
          expect(thrownBy(() => add(database, 'x'.repeat(100_000))).code).toBe('disk_full')
          add(database, 'one')
        }),
      ).code,
    ).toBe('disk_failed')
    expect(texts(database)).toEqual([])
  })
})

describe('openDatabase', () => {
  it('makes files for the user alone', () => {
    const { path, database } = open()
    add(database, 'one')
    const files = readdirSync(dirname(path)).map((name) => join(dirname(path), name))
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('syncs every commit and overwrites what it erases', () => {
    const { path, database } = open()
    expect(database.get('pragma synchronous', [], z.object({ synchronous: z.int() }))).toEqual({ synchronous: 2 })
    expect(database.get('pragma journal_mode', [], z.object({ journal_mode: z.string() }))).toEqual({
      journal_mode: 'wal',
    })
    add(database, 'canary-71c0')
    database.checkpoint()
    expect(readFileSync(path).includes('canary-71c0')).toBe(true)
    database.run('delete from t')
    database.checkpoint()
    expect(readFileSync(path).includes('canary-71c0')).toBe(false)
    expect(readFileSync(`${path}-wal`).includes('canary-71c0')).toBe(false)
  })

  it('brings an older database up to date, each step once, and leaves a newer one alone', () => {
    const { path, machine, database } = open()
    add(database, 'one')
    database.close()
    const two = ['create table t (a text) strict', "insert into t values ('two')"]
    const updated = openDatabase(path, machine, two)
    expect(texts(updated)).toEqual(['one', 'two'])
    updated.close()
    const again = openDatabase(path, machine, two)
    expect(texts(again)).toEqual(['one', 'two'])
    again.close()
    expect(thrownBy(() => openDatabase(path, machine, two.slice(0, 1))).code).toBe('database_newer')
  })

  it('keeps the old version when a step fails', () => {
    const { path, machine, database } = open()
    database.close()
    expect(() => openDatabase(path, machine, ['', 'create table u (a text) strict; nonsense'])).toThrow(
      'Something went wrong',
    )
    const still = openDatabase(path, machine, ['', 'create table u (a text) strict'])
    expect(still.all('select * from u', [], z.object({}))).toEqual([])
  })

  it('says when the file is no database, is for all to read, or is a folder', () => {
    const here = machine()
    const { path: folder } = openStateFolder(here)
    const write = (name: string, text: string, mode: number) => {
      writeFileSync(join(folder, name), text, { mode })
      return join(folder, name)
    }
    expect(thrownBy(() => openDatabase(write('a.db', 'no database at all. '.repeat(99), 0o600), here)).code).toBe(
      'database_damaged',
    )
    expect(thrownBy(() => openDatabase(write('b.db', '', 0o644), here)).code).toBe('file_unsafe')
    expect(thrownBy(() => openDatabase(tempFolder(), here)).code).toBe('file_unsafe')
    expect(thrownBy(() => openBinding(join(folder, 'nowhere', 'c.db'))).code).toBe('disk_failed')
  })

  it('says when another program holds it, and when it may not be written', () => {
    const { path, database } = open()
    database.script('pragma busy_timeout = 0')
    const other = openBinding(path)
    other.execute('begin immediate')
    expect(thrownBy(() => add(database, 'one')).code).toBe('database_busy')
    other.execute('rollback')
    database.script('pragma query_only = on')
    expect(thrownBy(() => add(database, 'one')).code).toBe('disk_read_only')
  })

  it('says when a row has not the shape that it should have, without its values', () => {
    const { database } = open()
    add(database, 'canary-90ab')
    const error = thrownBy(() => database.get('select a from t', [], z.object({ a: z.int() })))
    expect(error.code).toBe('database_damaged')
    expect(error.message).toBe('The database has a row of the wrong shape (a).')
  })
})
