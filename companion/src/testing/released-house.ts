import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@countersign/shared/secret'
import { sessionDigest, type Session } from '@countersign/shared/session/session'
import { longestCopy } from '../access/exits/longest-copy.ts'
import type { NewCopy } from '../access/released/released-copies.ts'
import type { Outgoing } from '../access/release.ts'
import { deadlineIn, type Time } from '../time.ts'
import { tempFolder } from './temp-folder.ts'
import { signedIn, tempHouse } from './temp-house.ts'

/** What each value begins with that must lie nowhere but where it was released to. */
export const canary = 'canary-a1ce-'

/** A house with a saved session, and what is needed to release copies of it into a folder. */
export const releasedHouse = async () => {
  const house = await tempHouse()
  const { ledger, time, vault } = house
  const folder = tempFolder()
  let saves = 0
  /** Gives the value. */
  const save = async (more: Partial<Session> = {}): Promise<string> => {
    const value = `${canary}${(saves += 1)}`
    const session = { ...signedIn(more.account ?? 'ada', value), ...more }
    await vault.save(session, { digest: await sessionDigest(session) })
    return value
  }
  const textOf = (session: Session) =>
    new Secret(session.cookies.map(({ name, value }) => `${name}=${value.reveal()}`).join('\n'))
  const outgoing = (args: Outgoing['args'] = { format: 'playwright', way: 'lease' }): Outgoing => {
    const saved = vault.latest('ada')
    if (saved === undefined) throw new Error('Nothing is saved')
    return {
      saved,
      args,
      text: textOf(vault.open(saved.id)),
      again: textOf,
      entered: (details) => {
        const { seq } = ledger.append({ kind: 'release', asker: { kind: 'terminal', label: 'Terminal' }, details })
        const { account, version, savedAt } = saved
        const receipt = { account, version, savedAt, format: 'playwright', cookies: 2, origins: 1 }
        return { ...receipt, leftOut: [], notes: [], ledgerEntry: seq }
      },
    }
  }
  /** @param lasts milliseconds; null for a launch */
  const wanted = (name: string, lasts: number | null, more: Partial<NewCopy> & { clock?: Time } = {}): NewCopy => ({
    id: randomUUID(),
    kind: lasts === null ? 'launch' : 'lease',
    path: join(folder, name),
    own: false,
    command: null,
    deadline: deadlineIn(more.clock ?? time, lasts ?? longestCopy),
    format: 'playwright',
    out: outgoing(),
    details: {},
    ...more,
  })
  /** The files in which a value lies. */
  const lying = (below = folder): string[] =>
    readdirSync(below, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path, 'utf8').includes(canary))
  /** Why each copy has ended, as the ledger tells it. */
  const ends = (id?: string): string[] =>
    ledger
      .list({ limit: 100_000 })
      .filter(({ kind, details }) => kind === 'release_ended' && (id === undefined || details['copy'] === id))
      .map(({ details, code }) => `${String(details['why'])} ${code ?? ''}`.trim())
  await save()
  return { ...house, out: folder, save, wanted, outgoing, lying, ends }
}
