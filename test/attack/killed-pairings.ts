import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { askCompanion } from '../support/control-line.ts'
import { ledgerRows } from '../support/ledger.ts'
import { tracesBelow } from '../support/traces.ts'
import { createWireBrowser, type Via } from '../support/wire-browser.ts'
import { fingerprintsOf, openPairingLine } from './pairing-line.ts'
import { insist, playKinds, type Plan } from './tries.ts'

/**
 * `kill -9` somewhere in a pairing. The browser is paired or it is not, and both ends say the same; a pin without its browser
 * does not count.
 *
 * @param sabotage called while nobody runs: for whoever wants to see these checks fail
 */
export async function killPairings(
  plan: Plan,
  sabotage: (companion: Companion) => Promise<unknown> = unharmed,
): Promise<void> {
  await using companion = await createCompanion()
  await companion.start()
  let pairings = 0
  await playKinds(
    plan,
    [
      {
        name: 'in the middle of a pairing',
        async play(chance) {
          const browser = await createWireBrowser()
          await using pairing = await openPairingLine(companion)
          const dying = killAt(companion, chance.whole(1, 8), chance.whole(0, 3))
          const told = await browser.pair(pairing.code, dying.via).then(
            async (line) => (await line.hello().catch(() => undefined))?.standing,
            () => undefined,
          )
          await dying.now()
          await sabotage(companion)
          const secret = pairing.code.slice(pairing.code.indexOf('.') + 1)
          insist((await tracesBelow(companion.home, secret)).length === 0, 'The code lies on the disk in the clear.')

          const { paired } = await companion.start()
          const known = await browser.connect(companion.port).then(
            async (line) => (await line.hello()).standing,
            () => undefined,
          )
          insist(
            known === (paired ? 'paired' : undefined),
            `The companion says paired: ${paired}, the browser: ${known}.`,
          )
          insist(told === undefined || paired, 'The browser was told that it is paired, and is not.')
          const fingerprints = await fingerprintsOf(companion)
          insist(fingerprints.length === (paired ? 1 : 0), `${fingerprints.length} browsers are paired.`)
          if (paired) pairings += 1
          const rows = (await ledgerRows(companion)).filter(({ kind }) => kind === 'paired').length
          insist(rows === pairings, `The ledger tells of ${rows} pairings, and there were ${pairings}.`)

          // Without a paired browser the next code is free to all; with one it would have to say yes.
          for (const fingerprint of fingerprints) await askCompanion(companion, 'pair.remove', { fingerprint }, removed)
          return paired ? 'paired, at both ends' : 'not paired, at either end'
        },
      },
    ],
    [undefined],
  )
}

const removed = z.object({ done: z.looseObject({ removed: z.string() }) })

/** Kills the companion so many milliseconds after this frame, counted in both directions; at the latest when told to. */
function killAt(companion: Companion, frame: number, late: number): { via: Via; now(): Promise<unknown> } {
  let passed = 0
  let killing: Promise<unknown> | undefined
  const kill = (): Promise<unknown> => (killing ??= companion.kill())
  const count = (): void => {
    passed += 1
    if (passed === frame) void pause(late).then(kill)
  }
  return {
    now: kill,
    via: (socket) => ({
      ...socket,
      send(bytes) {
        socket.send(bytes)
        count()
      },
      listen: (on) =>
        socket.listen({
          ...on,
          frame(bytes) {
            on.frame(bytes)
            count()
          },
        }),
    }),
  }
}

async function unharmed(): Promise<void> {
  // Nobody had a hand in it.
}
