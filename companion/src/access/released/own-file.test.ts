import {
  closeSync,
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisMachine } from '../../machine.ts'
import { tempFolder } from '../../testing/temp-folder.ts'
import { markOf, removeIfEmpty, whatLies, wipeFile, wipePrivate } from './own-file.ts'

const machine = thisMachine()
const text = 'a value'
const lies = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

const written = () => {
  const folder = tempFolder()
  const path = join(folder, 'session.json')
  writeFileSync(path, '')
  const marks = [markOf(path, text)]
  writeFileSync(path, text)
  return { folder, path, marks, second: join(folder, 'second') }
}

describe('a file of ours', () => {
  it('is removed, and empty under every other name', () => {
    const { path, marks, second } = written()
    linkSync(path, second)
    expect([whatLies(path, marks, machine), wipeFile(path, marks, machine)]).toEqual(['ours', 'ours'])
    expect([lies(path), readFileSync(second, 'utf8')]).toEqual([false, ''])
  })

  it('is empty to whoever has it open', () => {
    const { path, marks } = written()
    const reader = openSync(path, 'r')
    wipeFile(path, marks, machine)
    expect(readFileSync(reader, 'utf8')).toBe('')
    closeSync(reader)
  })

  it.each([0o400, 0o000])('is wiped also when its mode has become %o', (mode) => {
    const { path, marks } = written()
    chmodSync(path, mode)
    expect([wipeFile(path, marks, machine), lies(path)]).toEqual(['ours', false])
  })

  it('is one that a program wrote anew, in place or as a copy of the same', () => {
    const [first, second] = [written(), written()]
    writeFileSync(first.path, 'what a program made of it')
    writeFileSync(`${second.path}.new`, text)
    renameSync(`${second.path}.new`, second.path)
    for (const { path, marks } of [first, second]) {
      expect([wipeFile(path, marks, machine), lies(path)]).toEqual(['ours', false])
    }
  })

  it('is wiped at once, however large it claims to be', () => {
    const { path, marks, second } = written()
    linkSync(path, second)
    truncateSync(path, 2 ** 40)
    const began = performance.now()
    expect(wipeFile(path, marks, machine)).toBe('ours')
    expect([lstatSync(second).size, performance.now() - began < 5000]).toEqual([0, true])
  })
})

describe('what is not ours', () => {
  it.each<[string, (path: string, folder: string) => void]>([
    ['another file', (path) => writeFileSync(path, 'mine')],
    ['a folder', (path) => mkdirSync(path)],
    ['a link to our file', (path, folder) => symlinkSync(join(folder, 'away'), path)],
    ['a link that leads nowhere', (path) => symlinkSync('/no/such/file', path)],
    ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ])('such as %s, is neither followed, waited for, written nor removed', (_, put) => {
    const { folder, path, marks } = written()
    renameSync(path, join(folder, 'away'))
    put(path, folder)
    const before = lstatSync(path)
    expect([whatLies(path, marks, machine), wipeFile(path, marks, machine)]).toEqual(['other', 'other'])
    expect(lstatSync(path)).toMatchObject({ ino: before.ino, size: before.size, mtimeMs: before.mtimeMs })
    expect(readFileSync(join(folder, 'away'), 'utf8')).toBe(text)
  })

  it('such as a new file that got the number of ours, which was deleted', () => {
    const { path, marks } = written()
    unlinkSync(path)
    writeFileSync(path, 'mine')
    // Whether a disk gives it again is its own affair, so it is said of this one.
    const again = marks.map((mark) => ({ ...mark, inode: String(lstatSync(path).ino) }))
    expect([wipeFile(path, again, machine), readFileSync(path, 'utf8')]).toEqual(['other', 'mine'])
  })

  it.skipIf(machine.uid !== 0)('such as a file of another user, even if it was ours', () => {
    const { path, marks } = written()
    chownSync(path, 12_345, 12_345)
    expect([wipeFile(path, marks, machine), readFileSync(path, 'utf8')]).toEqual(['other', text])
  })

  it('is told from nothing, and from no folder', () => {
    const { folder, marks } = written()
    expect(wipeFile(join(folder, 'nothing'), marks, machine)).toBe('nothing')
    expect(wipeFile(join(folder, 'no', 'folder'), marks, machine)).toBe('no-folder')
    expect(wipeFile(join(folder, 'session.json', 'x'), marks, machine)).toBe('nothing')
  })
})

it('wipes whatever file lies in a folder of ours, and follows no link there', () => {
  const { folder, path } = written()
  symlinkSync(path, join(folder, 'link'))
  wipePrivate(join(folder, 'link'), machine)
  expect(readFileSync(path, 'utf8')).toBe(text)
  wipePrivate(path, machine)
  wipePrivate(path, machine)
  expect(lies(path)).toBe(false)
})

it('removes a file that was begun, and none that has something in it', () => {
  const { folder, path } = written()
  writeFileSync(join(folder, 'begun'), '')
  for (const each of [path, join(folder, 'begun')]) removeIfEmpty(each, machine)
  expect([lies(path), lies(join(folder, 'begun'))]).toEqual([true, false])
})
