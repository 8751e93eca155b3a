import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { openStateFolder } from '../state-folder.ts'
import { tempMachine } from '../testing/temp-folder.ts'
import { takeInstanceLock } from './instance-lock.ts'

/** Takes the lock in a process of its own, which is then killed while it holds it. */
const takeElsewhereAndDie = (path: string): string => {
  const driver = createRequire(import.meta.url).resolve('libsql')
  const script = `
    const lock = new (require(${JSON.stringify(driver)}))(${JSON.stringify(path)})
    try { lock.exec('begin exclusive') } catch (error) { console.log(error.code); process.exit() }
    console.log('taken')
    process.kill(process.pid, 'SIGKILL')`
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim()
}

describe('takeInstanceLock', () => {
  it('is held by one at a time, and let go of', () => {
    const machine = tempMachine()
    const { lock: path } = openStateFolder(machine)
    const lock = takeInstanceLock(path, machine)
    expect(lock).toBeDefined()
    expect(takeInstanceLock(path, machine)).toBeUndefined()
    expect(takeElsewhereAndDie(path)).toBe('SQLITE_BUSY')
    lock?.release()
    expect(takeElsewhereAndDie(path)).toBe('taken')
    const next = takeInstanceLock(path, machine)
    expect(next).toBeDefined()
    next?.release()
  })
})
