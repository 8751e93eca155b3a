import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Machine } from '../machine.ts'
import type { Claim } from './messages.ts'

/** The caller of this command, by what the system tells of it: its program, the program that started that, pid and folder. */
export const claimCaller = async ({ platform }: Machine, pid: number, folder: string): Promise<Claim> => {
  const look = platform === 'linux' ? fromProc : platform === 'win32' ? unknown : fromPs
  const caller = await look(pid)
  const parent = caller.parent > 0 ? await look(caller.parent) : nobody
  return { program: caller.name, parent: parent.name, pid, folder: folder.slice(0, 1000) }
}

type Seen = { readonly name: string; readonly parent: number }

const nobody: Seen = { name: 'unknown', parent: 0 }
const unknown = (): Promise<Seen> => Promise.resolve(nobody)

// proc(5): `pid (name) state ppid …`, where the name may hold spaces and parentheses.
const fromProc = async (pid: number): Promise<Seen> => {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    const [, name = 'unknown', parent = '0'] = /^\d+ \((.*)\) \S (\d+)/s.exec(text) ?? []
    return { name: name.slice(0, 200), parent: Number(parent) }
  } catch {
    return nobody
  }
}

const fromPs = async (pid: number): Promise<Seen> => {
  try {
    const run = promisify(execFile)
    const { stdout } = await run('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { timeout: 1000 })
    const [, parent = '0', name = 'unknown'] = /^\s*(\d+)\s+(.*?)\s*$/s.exec(stdout) ?? []
    return { name: name.slice(0, 200), parent: Number(parent) }
  } catch {
    return nobody
  }
}
