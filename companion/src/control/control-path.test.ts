import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStateFolder } from '../state-folder.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { tempFolder, tempMachine } from '../testing/temp-folder.ts'
import { controlPaths, prepareControlPath, reachableControlPaths } from './control-path.ts'

const deepMachine = () => {
  const runtime = tempFolder()
  const home = join(tempFolder(), 'x'.repeat(100))
  return { runtime, machine: tempMachine({ env: { COUNTERSIGN_HOME: home, XDG_RUNTIME_DIR: runtime } }) }
}

describe('the control socket', () => {
  it('lies in the state folder', () => {
    const machine = tempMachine()
    const folder = openStateFolder(machine)
    expect(prepareControlPath(folder, machine)).toBe(join(folder.path, 'control.sock'))
  })

  it('lies in a private folder named by the hash when its path would be too long', () => {
    const { runtime, machine } = deepMachine()
    const folder = openStateFolder(machine)
    const path = prepareControlPath(folder, machine)
    expect(path).toBe(join(runtime, `countersign-${folder.hash}`, 'control.sock'))
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })

  it('passes over a runtime folder that is not there', () => {
    const { machine } = deepMachine()
    const env = { ...machine.env, XDG_RUNTIME_DIR: '/nowhere/at/all' }
    const folder = openStateFolder(machine)
    const tmp = tempFolder()
    expect(dirname(dirname(prepareControlPath(folder, { ...machine, env, tmp })))).toBe(tmp)
  })

  it('is refused when others may enter that folder, by who listens and by who dials', () => {
    const { runtime, machine } = deepMachine()
    const folder = openStateFolder(machine)
    const squatted = join(runtime, `countersign-${folder.hash}`)
    mkdirSync(squatted)
    writeFileSync(join(squatted, 'control.sock'), '')
    chmodSync(squatted, 0o755)
    expect(thrownBy(() => prepareControlPath(folder, machine)).code).toBe('folder_unsafe')
    expect(thrownBy(() => reachableControlPaths(folder, machine)).code).toBe('folder_unsafe')
  })

  it('is found by a client that knows less of the environment', () => {
    const { machine } = deepMachine()
    const tmp = tempFolder()
    const folder = openStateFolder(machine)
    const bare = { ...machine, tmp, env: { COUNTERSIGN_HOME: folder.path } }
    const path = prepareControlPath(folder, bare)
    writeFileSync(path, '')
    expect(reachableControlPaths(folder, { ...machine, tmp })).toEqual([path])
  })

  it('is a named pipe on Windows', () => {
    const machine = tempMachine({ platform: 'win32' })
    const folder = openStateFolder(machine)
    expect(controlPaths(folder, machine)).toEqual([`\\\\.\\pipe\\countersign-${folder.hash}`])
  })
})
