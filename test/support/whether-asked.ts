import type { Agent } from './agent.ts'
import type { Surface } from './surface.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** What the agent's next call saves with no question coming before her: its version, or why it did not. */
export async function unasked(world: World, agent: Agent, tool = 'save_session'): Promise<unknown> {
  const { structuredContent } = await agent.call(tool)
  if (world.extension.surfaces() > 0) return 'a question came'
  return structuredContent?.['version'] ?? structuredContent?.code
}

/** What `asked` gives once there was a question. */
export const takenBack = 'taken back'

/** The agent's next call asks; she looks, and the agent takes it back, since a second no within a minute would mute it. */
export async function asked(
  world: World,
  agent: Agent,
  look: (shown: Surface, text: string) => Promise<unknown> = async () => undefined,
): Promise<unknown> {
  const takeBack = new AbortController()
  const called = agent.call('save_session', {}, { signal: takeBack.signal }).catch(() => takenBack)
  await using shown = await world.extension.prompt()
  const { text } = await shown.question('save_session')
  await look(shown, text)
  takeBack.abort()
  await until('the question is gone', async () => (await shown.find('article')) === undefined)
  return await called
}
