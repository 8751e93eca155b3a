import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { thisMachine, type Machine } from '../machine.ts'

/** A private folder that goes when the test does. */
export const tempFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'countersign-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** This machine with its state in a temporary folder. */
export const tempMachine = (more: Partial<Machine> = {}): Machine => ({
  ...thisMachine(),
  env: { COUNTERSIGN_HOME: join(tempFolder(), 'state') },
  ...more,
})
