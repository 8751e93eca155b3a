import { createBelongings } from '../support/belongings.ts'
import type { Companion } from '../support/companion.ts'
import { beginPairing } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { createWireBrowser, type Line, type WireBrowser } from '../support/wire-browser.ts'
import { openWorld, type World } from '../support/world.ts'
import { unharmed, type Measured } from './unharmed.ts'
import { witnessInBrowser, witnessOnWire } from './witness.ts'

/** A companion in real use, and what attackers may have of it. */
export type Besieged = AsyncDisposable & {
  readonly world: World
  readonly companion: Companion
  readonly port: number
  /** Paired browsers that have gone bad. */
  readonly browsers: readonly WireBrowser[]
  /** Agents' tokens; the second one comes in crowds. */
  readonly tokens: { readonly one: string; readonly crowd: string }
  /** That nobody but an attacker noticed anything of all that happened so far. */
  check(): Promise<Measured>
}

/**
 * A companion with a saved session and an agent, a real browser paired with it, another one on the wire that asks all the
 * while, and some that will misbehave.
 */
export async function openBesieged(): Promise<Besieged> {
  const parts = createBelongings()
  try {
    const world = parts.keep(await openWorld())
    const { companion } = world
    const { browser: real } = await world.pair()
    const tokens = { one: await world.grant('An agent gone bad'), crowd: await world.grant('A crowd') }
    const witness = await createWireBrowser('A witness')
    const line = await pairFurther(companion, witness, async () => {
      await using prompt = await world.approve('Terminal', 'pair browser')
      await prompt.close()
    })
    await line.save(sampleSession('example-freelancer', 'saved-before-the-attack'))

    const browsers: WireBrowser[] = []
    for (const label of ['Gone bad', 'Gone worse']) {
      const browser = await createWireBrowser(label)
      const theirs = await pairFurther(companion, browser, () => line.approve('pair browser'))
      await theirs.peer.close()
      browsers.push(browser)
    }
    const witnesses = [
      parts.keep(await witnessInBrowser(real, world.extension)),
      parts.keep(witnessOnWire('A witness', line)),
    ]
    const { check } = await unharmed(companion, witnesses)
    const close = (): Promise<void> => parts.close()
    return { world, companion, port: companion.port, browsers, tokens, check, [Symbol.asyncDispose]: close }
  } catch (error) {
    await parts.close()
    throw error
  }
}

/** Pairs one that a paired browser has to let in. */
async function pairFurther(companion: Companion, browser: WireBrowser, letIn: () => Promise<void>): Promise<Line> {
  await using pairing = await beginPairing(companion)
  const line = await browser.pair(pairing.code)
  await line.hello()
  await letIn()
  await pairing.paired()
  return line
}
