import { readFile } from 'node:fs/promises'

/** What a process has in memory now, and has had at most, in MiB; undefined where the system does not tell. */
export async function residentMemory(pid: number): Promise<{ now: number; most: number } | undefined> {
  if (process.platform !== 'linux') return undefined
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') }
}
