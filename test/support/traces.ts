import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Whether this holds the word: as text, in either byte order of Windows' text, in hex, or at any place within base64. */
export function holds(content: string | Buffer, word: string): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return formsOf(word).some((form) => bytes.includes(form))
}

function formsOf(word: string): Buffer[] {
  const plain = Buffer.from(word)
  // The characters at either end depend on what stands beside the word; those between do not.
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), plain]).toString('base64url')
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + plain.length) * 4) / 3))
  })
  const encoded = inside.flatMap((text) => [text, text.replaceAll('-', '+').replaceAll('_', '/')])
  const texts = [plain.toString('hex'), plain.toString('hex').toUpperCase(), ...encoded]
  return [plain, Buffer.from(word, 'utf16le'), ...texts.map((text) => Buffer.from(text))]
}

/** The files below this folder that hold the word, by their paths. What goes away while it is read holds nothing. */
export async function tracesBelow(folder: string, word: string, fits: (path: string) => boolean = () => true) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found: string[] = []
  for (const path of paths.filter(fits)) {
    const content = await readFile(path).catch(() => Buffer.alloc(0))
    if (holds(content, word)) found.push(path)
  }
  return found
}

export type Watch = {
  /** Everything that was seen to hold the word so far: `argv of PID`, or a file's path. */
  seen(): readonly string[]
  /** How often everything was looked at. */
  rounds(): number
  stop(): Promise<void>
}

/** Looks all the while at what lives but for a moment: every process's command line, and the files of these folders. */
export function watchTraces(word: string, folders: readonly string[]): Watch {
  const seen = new Set<string>()
  const ends = new AbortController()
  let rounds = 0
  const look = async (): Promise<void> => {
    while (!ends.signal.aborted) {
      for (const trace of await argvHolding(word)) seen.add(trace)
      for (const folder of folders) for (const path of await tracesBelow(folder, word)) seen.add(path)
      rounds += 1
      // What is watched needs the processor, too.
      await pause(20, undefined, { signal: ends.signal }).catch(() => undefined)
    }
  }
  const looking = look()
  return {
    seen: () => [...seen],
    rounds: () => rounds,
    async stop() {
      ends.abort()
      await looking
    },
  }
}

/** Linux alone lets everyone read this. */
async function argvHolding(word: string): Promise<string[]> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`).catch(() => Buffer.alloc(0))))
  return lines.flatMap((line, at) => (holds(line, word) ? [`argv of ${processes[at] ?? '?'}`] : []))
}
