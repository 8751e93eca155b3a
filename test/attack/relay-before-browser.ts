import type { Page } from 'puppeteer-core'
import { openAnotherBrowser } from '../support/another-browser.ts'
import { createBelongings } from '../support/belongings.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import type { Extension } from '../support/extension.ts'
import { beginPairing } from '../support/pairing.ts'
import { openRelayBetween } from '../support/relay-between.ts'
import { until } from '../support/until.ts'
import { pairingKinds, type Line } from './changed-bytes.ts'
import { fingerprintsOf, type PairingLine } from './pairing-line.ts'
import { unharmed } from './unharmed.ts'
import { insist, playKinds, type Plan } from './tries.ts'

/** A companion, a relay before it, and a real browser that comes to the relay where it believes to dial the companion. */
export type RelayedBrowser = AsyncDisposable & Line & { readonly extension: Extension; readonly tab: Page }

/** Changes a byte of what a real browser and the companion say to each other while they pair, at her own hands. */
export async function changeBytesInBrowser(plan: Plan): Promise<void> {
  await using relayed = await openRelayedBrowser()
  const { companion, relay, extension, tab } = relayed
  const guard = await unharmed(companion, [], ['pairing_refused'])
  await playKinds(plan, kindsInBrowser(relayed), [undefined])
  await guard.check()

  // With nothing changed it pairs: so it was the change that kept it out.
  relay.meddle(undefined)
  await using pairing = await beginPairing(companion)
  await using popup = await extension.openPopup(tab)
  await popup.fill('Pairing code', pairing.code)
  await popup.press('Pair')
  await pairing.paired()
  insist((await fingerprintsOf(companion)).length === 1, 'Nobody can pair through this relay, changed or not.')
}

/** One for each message of the handshake. */
export const kindsInBrowser = (relayed: RelayedBrowser) =>
  pairingKinds(relayed, { pairs: (code) => pairsByHand(relayed, code), begin: beginByCommand })

export async function openRelayedBrowser(): Promise<RelayedBrowser> {
  const parts = createBelongings()
  try {
    const companion = parts.keep(await createCompanion())
    await companion.start()
    const relay = parts.keep(await openRelayBetween(companion.port))
    // The port is the right one at both ends.
    const detour = `--host-resolver-rules=MAP 127.0.0.1:${companion.port} 127.0.0.1:${relay.port}`
    const { extension, tab } = parts.keep(await openAnotherBrowser({ arguments: [detour] }))
    return { companion, relay, extension, tab, [Symbol.asyncDispose]: () => parts.close() }
  } catch (error) {
    await parts.close()
    throw error
  }
}

/** She pastes the code, presses Pair, and reads what came of it: false when she is told that it failed. */
async function pairsByHand({ extension, tab }: RelayedBrowser, code: string): Promise<boolean> {
  await using popup = await extension.openPopup(tab)
  await popup.fill('Pairing code', code)
  await popup.press('Pair')
  const said = await popup.says('alert', 'Run countersign ')
  insist(/code|Countersign/.test(said), `The popup says ${said}`)
  await until('she can paste another code', () => popup.find('textbox', 'Pairing code'))
  return false
}

/** `countersign pair`, which must not end well. */
async function beginByCommand(companion: Companion): Promise<PairingLine> {
  const { code, command } = await beginPairing(companion)
  return {
    code,
    async [Symbol.asyncDispose]() {
      insist((await command.close()).code !== 0, 'The command says that a browser was paired.')
    },
  }
}
