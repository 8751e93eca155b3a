import { readdir, readFile } from 'node:fs/promises'

// Linux tells of each process in /proc. Other systems have no such file, and what is asked for there fails by its path.

const mebibyte = 1024

/** In MiB: what of it is in memory, and the same with what it shares counted in shares. */
export async function memoryOf(pid: number): Promise<{ readonly rss: number; readonly pss: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return { rss: numberAfter('Rss:', text) / mebibyte, pss: numberAfter('Pss:', text) / mebibyte }
}

/** Since it was started, all of its threads together: milliseconds on a processor, and how often a thread went to sleep and was woken. */
export type Cost = { readonly processor: number; readonly wakeUps: number }

export async function costOf(pid: number): Promise<Cost> {
  const threads = await readdir(`/proc/${pid}/task`)
  const costs = await Promise.all(threads.map((thread) => costOfThread(`/proc/${pid}/task/${thread}`)))
  return {
    processor: costs.reduce((sum, { processor }) => sum + processor, 0),
    wakeUps: costs.reduce((sum, { wakeUps }) => sum + wakeUps, 0),
  }
}

// `stat` has the time, too, but in hundredths of a second: too coarse for what does next to nothing.
async function costOfThread(path: string): Promise<Cost> {
  const [ran, status] = await Promise.all([readFile(`${path}/schedstat`, 'utf8'), readFile(`${path}/status`, 'utf8')])
  return { processor: Number.parseInt(ran, 10) / 1e6, wakeUps: numberAfter('\nvoluntary_ctxt_switches:', status) }
}

/** The renderer of this browser that runs the extension, its worker and its pages. */
export async function extensionProcess(browserPid: number): Promise<number> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  for (const pid of all) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.includes('--extension-process') && (await descendsFrom(pid, browserPid))) return pid
  }
  throw new Error('The browser has no process for its extension.')
}

async function descendsFrom(pid: number, ancestor: number): Promise<boolean> {
  for (let at = pid; at > 1; at = numberAfter('\nPPid:', await readFile(`/proc/${at}/status`, 'utf8'))) {
    if (at === ancestor) return true
  }
  return false
}

function numberAfter(label: string, text: string): number {
  const found = Number.parseInt(text.slice(text.indexOf(label) + label.length), 10)
  if (!text.includes(label) || Number.isNaN(found)) throw new Error(`The system tells no "${label.trim()}".`)
  return found
}
