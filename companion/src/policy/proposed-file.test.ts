import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { thisMachine } from '../machine.ts'
import { fakeTime } from '../testing/fake-time.ts'
import { memoryProposedFile } from '../testing/memory-proposed-file.ts'
import { proposedFileContract, type Watched } from '../testing/proposed-file-contract.ts'
import { tempFolder } from '../testing/temp-folder.ts'
import { watchProposedFile } from './proposed-file.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const openAt = (folder: string, more: Partial<Parameters<typeof watchProposedFile>[0]> = {}) => {
  const path = join(folder, 'policy.json')
  const time = fakeTime()
  const file = watchProposedFile({ path, machine: thisMachine(), time, ...more })
  onTestFinished(() => file.close())
  return { file, path, time }
}

/** Until what was done in this folder so far has been heard of. The system tells it in order. */
const heard = async (folder: string): Promise<void> => {
  const marker = join(folder, `marker-${crypto.randomUUID()}`)
  const seen = new Promise<void>((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (name === null || !marker.endsWith(name)) return
      watcher.close()
      resolve()
    })
  })
  writeFileSync(marker, '')
  await seen
}

const onDisk = (): Watched => {
  const folder = tempFolder()
  const { file, path, time } = openAt(folder)
  return {
    file,
    write: (text) => writeFileSync(path, text),
    replace: (text) => {
      writeFileSync(join(folder, 'other'), text)
      renameSync(join(folder, 'other'), path)
    },
    remove: () => rmSync(path),
    rest: async () => {
      await heard(folder)
      time.advance(1000)
    },
  }
}

describe('in memory', () => {
  proposedFileContract(() => {
    const file = memoryProposedFile()
    const become = (text: string) => file.become(text)
    return {
      file,
      write: become,
      replace: become,
      remove: () => file.become({ kind: 'absent' }),
      rest: () => Promise.resolve(),
    }
  })
})

describe('on the disk', () => {
  proposedFileContract(onDisk)

  it('is told of once it rests, however often it was written', async () => {
    const { file, write, rest } = onDisk()
    const told: unknown[] = []
    file.onChange(() => told.push(file.read()))
    for (const text of ['{', '{"a"', '{"a":1}']) write(text)
    await rest()
    expect(told).toMatchObject([{ text: '{"a":1}' }])
  })

  it('is looked at from time to time where the system tells nothing', async () => {
    const folder = tempFolder()
    const watchFolder = () => {
      throw new Error('ENOSPC: System limit for number of file watchers reached')
    }
    const { file, path, time } = openAt(folder, { watchFolder })
    const told: unknown[] = []
    file.onChange(() => told.push(file.read()))
    for (const text of ['one', 'two']) {
      writeFileSync(path, text)
      time.advance(2500)
    }
    expect(told).toMatchObject([{ text: 'one' }, { text: 'two' }])
    file.close()
    expect(time.waiting()).toBe(0)
  })

  it('is told of also where somebody touches it again and again', async () => {
    const folder = tempFolder()
    const { file, path, time } = openAt(folder)
    const told: unknown[] = []
    file.onChange(() => told.push(file.read()))
    writeFileSync(path, 'one')
    for (let touches = 0; touches < 10; touches += 1) {
      utimesSync(path, touches, touches)
      await heard(folder)
      time.advance(60)
    }
    expect(told).toMatchObject([{ text: 'one' }])
  })

  const bad: [name: string, make: (path: string) => void, why: string][] = [
    [
      'a link',
      (path) => {
        writeFileSync(`${path}.real`, '{}')
        symlinkSync(`${path}.real`, path)
      },
      'It is a symbolic link.',
    ],
    ['a folder', (path) => mkdirSync(path), 'It is not a plain file.'],
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), 'It is not a plain file.'],
    [
      'larger than a policy',
      (path) => writeFileSync(path, ' '.repeat(256 * 1024 + 1)),
      'A policy may have at most 256 KiB.',
    ],
    [
      'much larger than a policy',
      (path) => {
        writeFileSync(path, '')
        truncateSync(path, 2 ** 40)
      },
      'A policy may have at most 256 KiB.',
    ],
    ['no text', (path) => writeFileSync(path, Buffer.of(0x7b, 0xff, 0x7d)), 'It is not text in UTF-8.'],
  ]
  it.skipIf(process.platform === 'win32').each(bad)('is not read when it is %s', (_, make, why) => {
    const { file, path } = openAt(tempFolder())
    make(path)
    expect(file.read()).toEqual({ kind: 'unusable', why })
  })

  it('is not read when it is another user’s', () => {
    const uid = (process.getuid?.() ?? 0) + 1
    const { file, path } = openAt(tempFolder(), { machine: { ...thisMachine(), uid } })
    writeFileSync(path, '{}')
    expect(file.read()).toMatchObject({ kind: 'unusable', why: matching(expect.stringContaining('belongs to user')) })
  })

  it.skipIf(process.getuid?.() === 0)('is not read when it may not be', () => {
    const { file, path } = openAt(tempFolder())
    writeFileSync(path, '{}')
    chmodSync(path, 0)
    expect(file.read()).toEqual({ kind: 'unusable', why: 'It can not be read.' })
  })

  it('is read to its last byte', () => {
    const { file, path } = openAt(tempFolder())
    const text = `\uFEFF${'ö'.repeat(128 * 1024 - 2)}x`
    writeFileSync(path, text)
    expect(file.read()).toMatchObject({ kind: 'text', text })
  })
})
