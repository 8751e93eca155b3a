import { z } from 'zod'
import type { Companion } from '../support/companion.ts'
import { residentMemory } from '../support/resident-memory.ts'
import { until, within } from '../support/until.ts'
import { parsedJson } from './parsed-json.ts'
import { standingOf, type Standing } from './standing.ts'
import type { Witness } from './witness.ts'

/** What a companion cost at most so far. */
export type Measured = {
  /** MiB, now and at most; undefined where the system does not tell. */
  readonly memory: { readonly now: number; readonly most: number } | undefined
  /** Seconds that a paired browser waited for an answer. */
  readonly wait: number | undefined
}

/** Looks after an attack whether anybody but the attacker has noticed it. */
export type Unharmed = {
  /** Throws with everything that is not as it was. */
  check(): Promise<Measured>
}

/** MiB: what it has afterwards, and what it has had at most; what was thrown away may take a while to be collected. */
const most = { now: 400, ever: 512 }
const mostSeconds = 5
/** The one kind of row that strangers can make, at most one a minute; and what a paired browser asked and was refused. */
const usual = ['peer_unknown', 'call']

/**
 * @param witnesses paired browsers that are connected, and are to stay so
 * @param rows what else an attacker may have the ledger tell
 */
export async function unharmed(
  companion: Companion,
  witnesses: readonly Witness[],
  rows: readonly string[] = [],
): Promise<Unharmed> {
  const theirs = new Set([...usual, ...rows])
  const before = await standingOf(companion)
  const began = performance.now()

  const check = async (): Promise<Measured> => {
    const complaints: string[] = []
    complaints.push(...faultsIn(companion.log()))
    const now = await settled(companion).catch((error: unknown) => {
      complaints.push(`It does not tell how it stands: ${String(error)}`)
    })
    if (now !== undefined) complaints.push(...changes(before, now, theirs, (performance.now() - began) / 60_000))
    for (const { label, complaints: noticed } of witnesses) {
      if (now?.connected.get(label) === false) complaints.push(`${label} is not connected.`)
      complaints.push(...noticed())
    }
    complaints.push(...(await healthComplaints(companion.port)))

    const memory = await residentMemory(before.pid).catch(() => undefined)
    if (memory !== undefined && (memory.now > most.now || memory.most > most.ever)) {
      complaints.push(`It has grown to ${Math.round(memory.now)} MiB, and had ${Math.round(memory.most)} at most.`)
    }
    const wait = longestOf(witnesses)
    if (wait !== undefined && wait > mostSeconds) {
      complaints.push(`A paired browser waited ${wait.toFixed(1)} s for an answer.`)
    }
    if (complaints.length > 0) throw new Error(`The companion was harmed.\n  ${complaints.join('\n  ')}`)
    return { memory, wait }
  }
  return { check }
}

/** A question that was withdrawn may still be on its way out. */
async function settled(companion: Companion): Promise<Standing> {
  const calm = async (): Promise<Standing | false> => {
    const standing = await standingOf(companion)
    return standing.pending === 0 && standing
  }
  return (await until('nothing is asked', calm, { seconds: 2 }).catch(() => undefined)) ?? standingOf(companion)
}

function changes(before: Standing, now: Standing, theirs: ReadonlySet<string>, minutes: number): string[] {
  const found: string[] = []
  if (now.pid !== before.pid) found.push(`It is another process: ${now.pid}, not ${before.pid}.`)
  if (now.pending !== 0) found.push(`${now.pending} questions are open.`)
  if (now.kept !== before.kept)
    found.push(`What it keeps has changed.\n    before ${before.kept}\n    now    ${now.kept}`)
  for (const [kind, count] of now.rows) {
    const more = count - (before.rows.get(kind) ?? 0)
    if (more > 0 && !theirs.has(kind)) found.push(`The ledger has ${more} more of ${kind}.`)
    if (kind === 'peer_unknown' && more > minutes + 1)
      found.push(`The ledger has ${more} more of ${kind}, in ${minutes.toFixed(1)} minutes.`)
  }
  return found
}

const line = z.object({ level: z.int(), msg: z.string() })
const fault = 50
/** What an attacker does may be told, but not as often as it likes. */
const mostLines = 20

/** Node's own warnings count as faults, too: they tell of leaks. */
function faultsIn(log: string): string[] {
  const lines = log.split('\n').filter((text) => text !== '')
  const faults = lines.filter((text) => {
    const { level = fault } = line.safeParse(parsedJson(text)).data ?? {}
    return level >= fault
  })
  if (lines.length > mostLines) faults.push(`(${lines.length} lines in all)`)
  return faults.map((text) => `It has logged: ${text}`)
}

const health = z.object({ ok: z.literal(true), name: z.literal('countersign') })

async function healthComplaints(port: number): Promise<string[]> {
  try {
    const response = await within(10, '/health', fetch(`http://127.0.0.1:${port}/health`))
    health.parse(await response.json())
    return []
  } catch (error) {
    return [`/health does not answer: ${String(error)}`]
  }
}

function longestOf(witnesses: readonly Witness[]): number | undefined {
  const waits = witnesses.map((witness) => witness.longestWait()).filter((wait) => wait !== undefined)
  return waits.length === 0 ? undefined : Math.max(...waits)
}
