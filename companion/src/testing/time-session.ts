import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStagedSession } from './staged-session.ts'

// node scripts/run-typescript.mjs companion/src/testing/time-session.ts ROUNDS HOME COOKIES
// Prints a line of JSON: the milliseconds that it took to save a session of so many cookies, to export it, and to bring a lease up to date,
// whole and by stages; and of two programs that write the same file and do nothing else. They take turns.

const [, , rounds = '', home = '', cookies = ''] = process.argv
const warmUps = 3
const { watch, out, places, ...staged } = await openStagedSession(home, Number(cookies))
await staged.save()
await staged.exportIt()
await staged.lease()
const state: unknown = JSON.parse(readFileSync(places.exported, 'utf8'))
const text = () => `${JSON.stringify(state, undefined, 2)}\n`

/** With the same care for the disk: beside its place, synced, moved there, and the folder synced. */
const writeDurably = () => {
  const beside = join(out, 'durable.tmp')
  const file = openSync(beside, 'w', 0o600)
  writeFileSync(file, text())
  fsyncSync(file)
  closeSync(file)
  renameSync(beside, join(out, 'durable.json'))
  const folder = openSync(out, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

type Sample = { readonly whole: number; readonly stages: Readonly<Record<string, number>> }

/** @param rest the stage that all belongs to which no other has taken */
const act = (rest: string, run: () => unknown) => {
  const samples: Sample[] = []
  const take = async (keep: boolean) => {
    watch.spent()
    const began = performance.now()
    await run()
    const whole = performance.now() - began
    const stages = Object.fromEntries(watch.spent())
    const told = Object.values(stages).reduce((sum, each) => sum + each, 0)
    if (keep) samples.push({ whole, stages: { ...stages, [rest]: (stages[rest] ?? 0) + whole - told } })
  }
  return { samples, take }
}

const acts = {
  save: act('seal', staged.save),
  export: act('render', staged.exportIt),
  renew: act('file', staged.renew),
  durable: act('file', writeDurably),
  plain: act('file', () => writeFileSync(join(out, 'plain.json'), text())),
}
for (let round = -warmUps; round < Number(rounds); round += 1) {
  // A lease is brought up to date after a save and only then, so those two keep their order.
  const { save, renew, ...others } = acts
  const after = Object.values(others)
  for (const each of round % 2 === 0 ? [save, renew, ...after] : [...after.toReversed(), save, renew]) {
    await each.take(round >= 0)
  }
}
if (!staged.isUpToDate() || readFileSync(places.leased, 'utf8') !== text()) throw new Error('The lease is behind.')
staged.close()

const samples = Object.fromEntries(Object.entries(acts).map(([name, each]) => [name, each.samples]))
process.stdout.write(`${JSON.stringify({ bytes: Buffer.byteLength(text()), ...samples })}\n`)
