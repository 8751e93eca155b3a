import { z } from 'zod'
import type { Companion } from '../support/companion.ts'
import { askCompanion } from '../support/control-line.ts'
import { ledgerRows } from '../support/ledger.ts'

const overview = z.looseObject({
  paused: z.boolean(),
  accounts: z.array(z.looseObject({ id: z.string(), name: z.string().nullable(), version: z.int() })),
  agents: z.array(z.looseObject({ label: z.string() })),
  browsers: z.array(z.looseObject({ label: z.string(), fingerprint: z.string(), connected: z.boolean() })),
  resetAt: z.string().nullable(),
  alarms: z.array(z.unknown()),
})
const status = z.object({
  done: z.object({
    report: z.looseObject({ companion: z.looseObject({ pid: z.int() }), pending: z.int() }),
    overview,
  }),
})

/** How it stands with a companion, as far as strangers must not change it. */
export type Standing = {
  readonly pid: number
  readonly pending: number
  /** By its label. */
  readonly connected: ReadonlyMap<string, boolean>
  /** All that is kept: sessions, grants, pairings, alarms, pause, reset. */
  readonly kept: string
  /** How many rows of each kind the ledger has. */
  readonly rows: ReadonlyMap<string, number>
}

/** Throws when the companion doesn't tell, or its ledger can't be read. */
export async function standingOf(companion: Companion): Promise<Standing> {
  const { report, overview } = await askCompanion(companion, 'status', {}, status)
  const { alarms, paused, resetAt } = overview
  // What a paired browser sees it may tell, also one gone bad: that is kept nowhere.
  const accounts = overview.accounts.map((account) => ({ ...account, observed: null }))
  const agents = overview.agents.map(({ label }) => label)
  const browsers = overview.browsers.map(({ label, fingerprint }) => `${label} ${fingerprint}`)
  const rows = new Map<string, number>()
  for (const { kind } of await ledgerRows(companion)) rows.set(kind, (rows.get(kind) ?? 0) + 1)
  return {
    pid: report.companion.pid,
    pending: report.pending,
    connected: new Map(overview.browsers.map(({ label, connected }) => [label, connected])),
    kept: JSON.stringify({ accounts, agents, browsers, alarms, paused, resetAt }),
    rows,
  }
}
