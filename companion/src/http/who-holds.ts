import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A program that listens on a port, as far as the system tells us. */
export type Holder = { readonly port: number; readonly program: string; readonly pid: number }

/**
 * Who listens on these ports. To the best of our knowledge: the system hides other users' programs, and what can't be found
 * out is left out. Never throws.
 */
export const whoHolds = async (ports: readonly number[], platform = process.platform): Promise<readonly Holder[]> => {
  try {
    return await (platform === 'linux' ? fromProc(ports) : fromLsof(ports))
  } catch {
    return []
  }
}

/** Inode → port, from the text of `/proc/net/tcp` and `tcp6`: rows in the state LISTEN. */
export const listeningInodes = (table: string, ports: readonly number[]): ReadonlyMap<string, number> => {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  const found = rows.flatMap((columns): [string, number][] => {
    const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16)
    const inode = columns[9]
    return columns[3] === listening && inode !== undefined && ports.includes(port) ? [[inode, port]] : []
  })
  return new Map(found)
}

/** From the output of `lsof -Fpcn`: a line a field, its first letter says which. */
export const holdersInLsof = (output: string, ports: readonly number[]): readonly Holder[] => {
  const holders: Holder[] = []
  let pid = 0
  let program = ''
  for (const line of output.split('\n')) {
    const field = line[0]
    const value = line.slice(1)
    if (field === 'p') pid = Number(value)
    if (field === 'c') program = value
    const port = Number(value.split(':').at(-1))
    if (field === 'n' && ports.includes(port) && !holders.some((known) => known.pid === pid && known.port === port)) {
      holders.push({ port, program, pid })
    }
  }
  return holders
}

const listening = '0A'

const fromProc = async (ports: readonly number[]): Promise<readonly Holder[]> => {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(textOf))
  const inodes = listeningInodes(tables.join('\n'), ports)
  if (inodes.size === 0) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const held = await portsOf(pid, inodes)
      if (held.length === 0) return []
      const program = (await textOf(`/proc/${pid}/comm`)).trim() || 'a program'
      return held.map((port) => ({ port, program, pid: Number(pid) }))
    }),
  )
  return found.flat().sort((a, b) => a.port - b.port)
}

const portsOf = async (pid: string, inodes: ReadonlyMap<string, number>): Promise<readonly number[]> => {
  const folder = `/proc/${pid}/fd`
  // Another user's, or gone meanwhile.
  const descriptors = await readdir(folder).catch(() => [])
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')))
  const ports = links.flatMap((link) => inodes.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '') ?? [])
  return [...new Set(ports)]
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const fromLsof = async (ports: readonly number[]): Promise<readonly Holder[]> => {
  const wanted = ports.map((port) => `-iTCP:${port}`)
  const { stdout } = await promisify(execFile)('lsof', ['-nP', ...wanted, '-sTCP:LISTEN', '-Fpcn'], { timeout: 3_000 })
  return holdersInLsof(stdout, ports)
}
