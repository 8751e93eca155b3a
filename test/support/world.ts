import type { Page } from 'puppeteer-core'
import { z } from 'zod'
import { createStandIn, type StandIn } from '../stand-in/stand-in.ts'
import { connectAgent, type Agent } from './agent.ts'
import { createBelongings } from './belongings.ts'
import { openChromium, type Chromium } from './chromium.ts'
import { createCompanion, type Companion } from './companion.ts'
import type { Extension } from './extension.ts'
import { builtExtension } from './places.ts'
import { signIn } from './sign-in.ts'
import type { Surface } from './surface.ts'

/** All that a story needs, real and its own: the site, the companion, the browser, and a person who acts in it. */
export type World = AsyncDisposable & {
  readonly standIn: StandIn
  readonly companion: Companion
  readonly chromium: Chromium
  readonly extension: Extension
  /** The tab that the person has before her. */
  readonly tab: Page
  signIn(account: string, variant?: 'usual' | 'uncertain'): Promise<void>
  /** `countersign pair`, and the code pasted into the popup. */
  pair(): Promise<Paired>
  /** Asks for a grant in the terminal, approves it in the prompt, and gives its token. */
  grant(label: string): Promise<string>
  /** The same, and connects a client that holds it; `claim` is what that client calls itself. */
  addAgent(label: string, claim?: string): Promise<Agent>
  /** Waits for the question whose name holds all these parts, and says yes once that is possible. */
  approve(...parts: readonly string[]): Promise<Surface>
  deny(...parts: readonly string[]): Promise<Surface>
  close(): Promise<void>
}

export type WorldOptions = {
  headed?: boolean
  canary?: string
  env?: NodeJS.ProcessEnv
  start?: boolean
  /** A folder for the browser's profile, for a story that opens the browser again. */
  profile?: string
  /** Another folder than that of the built extension. */
  extensionFolder?: string
  /** The browser may meet companions on 47616 to 47620. */
  meetUsualPorts?: boolean
  /** For the browser, before the stand-in's; by the companion's port, for a story that gets between. */
  browserArguments?: (port: number) => readonly string[] | Promise<readonly string[]>
}

const offered = z.object({ code: z.string(), url: z.string(), expiresAt: z.string() })
const paired = z.object({ paired: z.literal(true), browser: z.string(), fingerprint: z.string() })
export type Paired = z.output<typeof paired>
const granted = z.object({ label: z.string(), token: z.string() })

export async function openWorld({
  headed,
  canary,
  env,
  start = true,
  profile,
  extensionFolder = builtExtension,
  meetUsualPorts = false,
  browserArguments = () => [],
}: WorldOptions = {}): Promise<World> {
  const parts = createBelongings()
  try {
    const standIn = parts.keep(await createStandIn(canary === undefined ? {} : { canary }))
    const companion = parts.keep(await createCompanion(env))
    if (start) await companion.start()
    const chromium = parts.keep(
      await openChromium({
        arguments: [...(await browserArguments(companion.port)), ...standIn.browserArguments],
        ...(headed === undefined ? {} : { headed }),
        ...(profile === undefined ? {} : { profile }),
        meetUsualPorts,
      }),
    )
    const extension = await chromium.loadExtension(extensionFolder)
    const tab = await chromium.open('about:blank')

    const answer = async (button: 'Approve' | 'Deny', about: readonly string[]): Promise<Surface> => {
      const prompt = await extension.prompt()
      await prompt.question(...about)
      await prompt.press(button)
      return prompt
    }

    const grant = async (label: string): Promise<string> => {
      await using command = companion.begin(['agents', 'add', label, '--json'])
      await using prompt = await answer('Approve', ['Terminal', label])
      const { token } = await command.line(granted)
      await prompt.close()
      return token
    }

    return {
      standIn,
      companion,
      chromium,
      extension,
      tab,
      signIn: (account, variant) => signIn(tab, account, variant),
      approve: (...about) => answer('Approve', about),
      deny: (...about) => answer('Deny', about),
      async pair() {
        await using command = companion.begin(['pair', '--json'])
        const { code } = await command.line(offered)
        await using popup = await extension.openPopup(tab)
        await popup.fill('Pairing code', code)
        await popup.press('Pair')
        return await command.line(paired)
      },
      grant,
      addAgent: async (label, claim) => parts.keep(await connectAgent(companion, await grant(label), claim)),
      close: () => parts.close(),
      [Symbol.asyncDispose]: () => parts.close(),
    }
  } catch (error) {
    await parts.close()
    throw error
  }
}
