import { createBelongings } from '../support/belongings.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { openRelayBetween, type End, type Meddling, type RelayBetween } from '../support/relay-between.ts'
import { createWireBrowser } from '../support/wire-browser.ts'
import type { Chance } from '../support/chance.ts'
import { fingerprintsOf, openPairingLine } from './pairing-line.ts'
import { changed } from './spoil-bytes.ts'
import { unharmed } from './unharmed.ts'
import { insist, playKinds, type Kind, type Plan } from './tries.ts'

/** A companion, and a program that sits before it. */
export type Line = { readonly companion: Companion; readonly relay: RelayBetween }

/** Which of the four messages of a handshake, by who sends it and the number that it has there. */
const messages = [
  ['first', 'browser', 0],
  ['second', 'companion', 0],
  ['third', 'browser', 1],
  ['fourth', 'companion', 1],
] as const

/** A program between browser and companion changes one byte of their handshake: neither believes the other. */
export async function changeBytes(plan: Plan): Promise<void> {
  const parts = createBelongings()
  const open = async (): Promise<Line> => {
    const companion = parts.keep(await createCompanion())
    await companion.start()
    return { companion, relay: parts.keep(await openRelayBetween(companion.port)) }
  }
  try {
    const [nobody, somebody] = [await open(), await open()]
    const pairs = async (code: string): Promise<boolean> => {
      const pairing = (await createWireBrowser()).pair(code, undefined, nobody.relay.port)
      return pairing.then(
        () => true,
        () => false,
      )
    }
    const connecting = await connectingKinds(somebody)
    const guards = [await unharmed(nobody.companion, [], ['pairing_refused']), await unharmed(somebody.companion, [])]
    await playKinds(plan, [...pairingKinds(nobody, { pairs }), ...connecting], [undefined])
    for (const guard of guards) await guard.check()
    await passOn(nobody)
  } finally {
    await parts.close()
  }
}

/**
 * @param by.pairs how a browser pairs by a code through the relay, and whether it has
 * @param by.begin how a pairing is begun at the companion
 */
export function pairingKinds(
  { companion, relay }: Line,
  { pairs, begin = openPairingLine }: { pairs(code: string): Promise<boolean>; begin?: typeof openPairingLine },
): readonly Kind<unknown>[] {
  return messages.map(([name, end, index]) => ({
    name: `pairing: a byte of the ${name} message`,
    async play(chance) {
      await using pairing = await begin(companion)
      relay.meddle(changing(end, index, chance))
      const { length } = relay.connections
      insist(!(await pairs(pairing.code)), 'The browser has paired.')
      insist(relay.connections.length > length, 'Nobody came through the relay.')
      insist((await fingerprintsOf(companion)).length === 0, 'The companion has paired.')
      return 'no pin at either end'
    },
  }))
}

async function connectingKinds({ companion, relay }: Line): Promise<readonly Kind<unknown>[]> {
  const browser = await createWireBrowser()
  await using pairing = await openPairingLine(companion)
  const line = await browser.pair(pairing.code)
  await line.hello()
  await line.peer.close()
  return messages.map(([name, end, index]) => ({
    name: `connecting: a byte of the ${name} message`,
    async play(chance) {
      relay.meddle(changing(end, index, chance))
      const met = await browser.meet(companion.port, undefined, relay.port).catch(() => undefined)
      insist(met === undefined, 'The browser has connected.')
      relay.meddle(undefined)
      const again = await browser.connect(companion.port)
      insist((await again.hello()).standing === 'paired', 'It is paired no longer.')
      await again.peer.close()
      return 'no connection, and the next one stands'
    },
  }))
}

/** With nothing changed a browser pairs through the relay: so it was the change that kept the others out. */
async function passOn({ companion, relay }: Line): Promise<void> {
  relay.meddle(undefined)
  await using pairing = await openPairingLine(companion)
  const line = await (await createWireBrowser()).pair(pairing.code, undefined, relay.port)
  insist((await line.hello()).standing === 'paired', 'Nobody can pair through this relay, changed or not.')
  await line.peer.close()
}

function changing(end: End, index: number, chance: Chance): Meddling {
  return (passing) => [
    {
      to: passing.from === 'browser' ? 'companion' : 'browser',
      bytes: passing.from === end && passing.index === index ? changed(passing.bytes, chance) : passing.bytes,
    },
  ]
}
