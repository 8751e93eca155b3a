import { z } from 'zod'
import type { Belongings } from '../support/belongings.ts'
import { createCompanion, type Companion } from '../support/companion.ts'
import { beginPairing } from '../support/pairing.ts'
import { sampleSession } from '../support/sample-session.ts'
import { createWireBrowser, type Line } from '../support/wire-browser.ts'

/** A companion with a session in its vault and agents that have grants. A program on the wire has said yes to all of it. */
export type WireHouse = {
  readonly companion: Companion
  readonly line: Line
  /** A grant for each agent. */
  readonly tokens: readonly string[]
}

const granted = z.object({ token: z.string() })
const cookies = 40
/** As many as the vault keeps of an account, which is what it has after some days. */
const versions = 10

/** For what is measured without a browser, which would only take the machine's time. */
export async function openWireHouse(parts: Belongings, { agents }: { agents: number }): Promise<WireHouse> {
  const companion = parts.keep(await createCompanion())
  await companion.start()
  const browser = await createWireBrowser()
  await using pairing = await beginPairing(companion)
  const line = await browser.pair(pairing.code)
  await line.hello()
  await pairing.paired()
  for (let version = 1; version <= versions; version += 1) await line.save(sessionOf(cookies))

  const tokens: string[] = []
  for (let agent = 1; agent <= agents; agent += 1) {
    await using command = companion.begin(['agents', 'add', `Agent ${agent}`, '--json'])
    await line.approve(`add agent Agent ${agent}`)
    tokens.push((await command.line(granted)).token)
  }
  return { companion, line, tokens }
}

/** A session with as many cookies. */
export function sessionOf(count: number): ReturnType<typeof sampleSession> {
  const session = sampleSession('example-freelancer', 'a-value-as-long-as-they-are')
  const [pattern] = session.cookies
  if (pattern === undefined) throw new Error('The sample has a cookie.')
  const more = Array.from({ length: count - session.cookies.length }, (_, at) => ({ ...pattern, name: `more_${at}` }))
  return { ...session, cookies: [...session.cookies, ...more] }
}
