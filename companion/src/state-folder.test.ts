import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisMachine, type Machine } from './machine.ts'
import { locateStateFolder, openStateFolder } from './state-folder.ts'
import { thrownBy } from './testing/thrown-by.ts'
import { tempFolder } from './testing/temp-folder.ts'

const at = (path: string, more: Partial<Machine> = {}): Machine => ({
  ...thisMachine(),
  env: { COUNTERSIGN_HOME: path },
  ...more,
})

const places: [name: string, machine: Partial<Machine>, path: string][] = [
  ['the folder that was set', { env: { COUNTERSIGN_HOME: '/a/b', XDG_STATE_HOME: '/x' } }, '/a/b'],
  ['XDG_STATE_HOME', { env: { XDG_STATE_HOME: '/x' } }, '/x/countersign'],
  ['its default', { env: {} }, '/home/ada/.local/state/countersign'],
  ['its default when it is not absolute', { env: { XDG_STATE_HOME: 'x' } }, '/home/ada/.local/state/countersign'],
  ['its default when nothing was set', { env: { COUNTERSIGN_HOME: '' } }, '/home/ada/.local/state/countersign'],
  ['macOS', { env: {}, platform: 'darwin' }, '/home/ada/Library/Application Support/Countersign'],
  ['Windows', { env: { LOCALAPPDATA: '/local' }, platform: 'win32' }, '/local/Countersign'],
]

describe('locateStateFolder', () => {
  it.each(places)('takes %s', (_name, machine, path) => {
    const linux: Machine = { platform: 'linux', env: {}, home: '/home/ada', tmp: '/tmp', uid: 1000 }
    expect(locateStateFolder({ ...linux, ...machine }).path).toBe(path)
  })
})

describe('openStateFolder', () => {
  it('makes the folder for the user alone', () => {
    const path = join(tempFolder(), 'deep', 'state')
    const folder = openStateFolder(at(path))
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(folder.hash).toMatch(/^[0-9a-f]{32}$/)
    expect(openStateFolder(at(path))).toEqual(folder)
  })

  it('names the path and the command when others may use it', () => {
    const path = tempFolder()
    chmodSync(path, 0o750)
    const error = thrownBy(() => openStateFolder(at(path)))
    expect(error.code).toBe('folder_unsafe')
    expect(error.message).toBe(`${path} has mode 0750, so others may use it.`)
    expect(error.next).toBe(`Run \`chmod 700 '${path}'\`.`)
  })

  it('refuses the folder of another user', () => {
    const path = tempFolder()
    const uid = statSync(path).uid + 1
    const error = thrownBy(() => openStateFolder(at(path, { uid })))
    expect(error.code).toBe('folder_unsafe')
    expect(error.message).toContain(`belongs to user ${uid - 1}`)
    expect(error.next).toContain('sudo chown')
  })

  it('refuses a symbolic link, also one that leads nowhere', () => {
    const home = tempFolder()
    mkdirSync(join(home, 'real'), { mode: 0o700 })
    symlinkSync(join(home, 'real'), join(home, 'link'))
    symlinkSync(join(home, 'nowhere'), join(home, 'broken'))
    for (const name of ['link', 'broken']) {
      const error = thrownBy(() => openStateFolder(at(join(home, name))))
      expect(error.code).toBe('folder_unsafe')
      expect(error.message).toContain('is a symbolic link')
    }
  })

  it('refuses what is not a folder, and a folder below it', () => {
    const file = join(tempFolder(), 'file')
    writeFileSync(file, '', { mode: 0o600 })
    expect(thrownBy(() => openStateFolder(at(file))).code).toBe('folder_unsafe')
    expect(thrownBy(() => openStateFolder(at(join(file, 'below')))).code).toBe('folder_unsafe')
  })

  it('refuses a folder that takes no writes', () => {
    const path = tempFolder()
    const readOnly = () => {
      throw Object.assign(new Error('read-only file system'), { code: 'EROFS' })
    }
    const error = thrownBy(() => openStateFolder(at(path), readOnly))
    expect(error.code).toBe('disk_read_only')
    expect(error.message).toContain(path)
    expect(error.next).toContain('COUNTERSIGN_HOME')
  })
})
