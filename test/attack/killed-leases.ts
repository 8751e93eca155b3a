import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { askCompanion, firstLine, openControlLine } from '../support/control-line.ts'
import { ledgerRows } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { sampleSession } from '../support/sample-session.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { holds, tracesBelow } from '../support/traces.ts'
import { createWireBrowser, type Line } from '../support/wire-browser.ts'
import { pairOverLine } from './pairing-line.ts'
import { insist, playKinds, requireOneOf, type Plan } from './tries.ts'

const account = 'example-freelancer'
const canary = 'canary-of-a-killed-lease'
/** The ledger is looked at after each so many kills. */
const looks = 3

const leased = z.object({ done: z.looseObject({ id: z.uuid(), path: z.string() }) })
const listed = z.object({
  done: z.object({ released: z.array(z.looseObject({ path: z.string() })), leftBehind: z.array(z.unknown()) }),
})
const ended = z.object({ done: z.object({ ended: z.array(z.unknown()) }) })

/**
 * `kill -9` while a lease is written, written anew, or wiped. While the companion is dead the values lie at most in its file and beside
 * it; after the next start they lie nowhere, no lease counts, and each that the ledger tells of has its end there.
 *
 * @param sabotage called while nobody runs: for whoever wants to see these checks fail
 */
export async function killLeases(
  plan: Plan,
  sabotage: (companion: Companion, folder: string) => Promise<unknown> = unharmed,
): Promise<void> {
  await using folder = await temporaryFolder('leases')
  await using companion = await createCompanion({ XDG_RUNTIME_DIR: folder.path })
  const browser = await createWireBrowser()
  await companion.start()
  let line = await pairOverLine(companion, browser)
  const out = join(folder.path, 'session.json')
  let saves = 0
  let kills = 0
  const save = (over: Line) => over.save(sampleSession(account, `${canary}.${(saves += 1)}`))
  await save(line)

  /** Asked for, up to her answer; `yes` gives it, and then the path. */
  const ask = async (own: boolean): Promise<AsyncDisposable & { yes(): Promise<string> }> => {
    const asking = await openControlLine(companion)
    asking.say(firstLine('lease', { format: 'playwright', lasts: 3600, ...(own ? {} : { out }) }))
    const prompt = await line.asked('lease')
    return {
      async yes() {
        // With the companion goes the answer.
        line.answer(prompt).catch(() => undefined)
        return leased.parse(JSON.parse((await asking.next()) ?? '')).done.path
      },
      [Symbol.asyncDispose]: () => asking[Symbol.asyncDispose](),
    }
  }
  const open = async (own: boolean): Promise<string> => {
    await using asked = await ask(own)
    return await asked.yes()
  }
  const killAfter = async (milliseconds: number, acting: Promise<unknown>): Promise<string> => {
    const done = acting.catch(() => undefined)
    await pause(milliseconds)
    await companion.kill()
    await done
    const left = await tracesBelow(folder.path, canary)
    await sabotage(companion, folder.path)
    // The terminal may ask thirty times a minute, and this one has more to ask.
    await meddle(companion, 'delete from counted_calls')
    await companion.start()
    line = await browser.connect(companion.port)
    await line.hello()
    return left.length === 0
      ? 'nothing lay there'
      : left.some((path) => path.endsWith('.tmp'))
        ? 'half of it lay there'
        : 'it lay there'
  }
  const requireNothing = async (): Promise<void> => {
    const traces = [...(await tracesBelow(folder.path, canary)), ...(await tracesBelow(companion.home, canary))]
    insist(traces.length === 0, `A value lies in the clear in ${traces.join(', ')}.`)
    const { released, leftBehind } = await askCompanion(companion, 'leases.list', {}, listed)
    insist(released.length + leftBehind.length === 0, 'A lease came back to life, or is left behind.')
    await rm(out, { force: true })
    kills += 1
    if (kills % looks !== 0) return
    const rows = await ledgerRows(companion)
    const releases = rows.filter(({ kind, asker }) => kind === 'release' && asker === 'Terminal').length
    const ends = rows.filter(({ kind }) => kind === 'release_ended').length
    // One that was killed before its entry has an end all the same: something may have lain there.
    insist(ends >= releases, `The ledger tells of ${releases} releases, and of ${ends} ends.`)
  }

  await playKinds(
    plan,
    [
      {
        name: 'while it is written',
        async play(chance) {
          await using asked = await ask(chance.whole(0, 1) === 0)
          const left = await killAfter(chance.whole(0, 25), asked.yes())
          await requireNothing()
          return left
        },
      },
      {
        name: 'while it is written anew',
        async play(chance) {
          const path = await open(chance.whole(0, 1) === 0)
          const saving = (async () => {
            for (;;) await save(line)
          })()
          const left = await killAfter(chance.whole(0, 40), saving)
          requireOneOf(left === 'nothing lay there', [false])
          await requireNothing()
          insist(!(await lies(path)), 'The file is still there.')
          return left
        },
      },
      {
        name: 'while it is wiped',
        async play(chance) {
          const path = await open(chance.whole(0, 1) === 0)
          const ending = askCompanion(companion, 'leases.end', { id: null }, ended)
          const left = await killAfter(chance.whole(0, 12), ending)
          await requireNothing()
          insist(!(await lies(path)), 'The file is still there.')
          return left
        },
      },
    ],
    [undefined],
  )
}

async function lies(path: string): Promise<boolean> {
  const content = await readFile(path).catch(() => undefined)
  return content !== undefined && holds(content, 'cookies')
}

async function unharmed(): Promise<void> {
  // Nobody had a hand in it.
}
