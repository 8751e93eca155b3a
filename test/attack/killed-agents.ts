import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { askCompanion, firstLine, openControlLine } from '../support/control-line.ts'
import { meddle } from '../support/meddle.ts'
import { statusOf } from '../support/status.ts'
import { createWireBrowser } from '../support/wire-browser.ts'
import { pairOverLine } from './pairing-line.ts'
import { insist, playKinds, requireOneOf, type Plan } from './tries.ts'

const granted = z.object({ done: z.object({ token: z.string() }) })
const listed = z.object({ done: z.array(z.looseObject({ label: z.string() })) })

/**
 * `kill -9` right behind her yes to a new token, or to a new name. The agent has the old one or the new one, in the database as in its
 * token's file, and no other.
 *
 * @param sabotage called while nobody runs: for whoever wants to see these checks fail
 */
export async function killAgentChanges(
  plan: Plan,
  sabotage: (companion: Companion) => Promise<unknown> = unharmed,
): Promise<void> {
  await using companion = await createCompanion()
  const browser = await createWireBrowser()
  await companion.start()
  let line = await pairOverLine(companion, browser)
  let label = 'One'
  let token = ''
  {
    await using adding = await openControlLine(companion)
    adding.say(firstLine('agents.add', { label }))
    await line.approve(`add agent ${label}`)
    token = granted.parse(JSON.parse((await adding.next()) ?? '')).done.token
  }

  const killRightBehind = async (command: string, params: object, action: string, after: number): Promise<void> => {
    await using asking = await openControlLine(companion)
    asking.say(firstLine(command, params))
    const answered = line.answer(await line.asked(action)).catch(() => undefined)
    await pause(after)
    await companion.kill()
    await answered
    // The terminal may ask thirty times a minute, and this one has more to ask.
    await meddle(companion, 'delete from counted_calls')
    await sabotage(companion)
    await companion.start()
    line = await browser.connect(companion.port)
    await line.hello()
    insist((await statusOf(companion)).alarms.length === 0, 'An alarm was raised.')
  }
  const comesIn = async (offered: string): Promise<boolean> =>
    (await companion.run(['mcp'], { env: { COUNTERSIGN_TOKEN: offered }, input: '' })).code === 0
  /** The token in the one file that there is. */
  const tokenIn = async (): Promise<string> => {
    const folder = join(companion.home, 'agents')
    const files = await readdir(folder)
    insist(files.join() === `${label}.token`, `There is ${files.join(', ')}, and the agent is ${label}.`)
    return (await readFile(join(folder, `${label}.token`), 'utf8')).trim()
  }

  await playKinds(
    plan,
    [
      {
        name: 'a new token',
        async play(chance) {
          const old = token
          await killRightBehind('agents.rotate', { label }, `rotate agent ${label}`, chance.whole(0, 25))
          token = await tokenIn()
          insist(await comesIn(token), 'The token in the file is that of nobody.')
          insist(token === old || !(await comesIn(old)), 'The old token counts beside the new one.')
          return token === old ? 'the old token' : 'the new token'
        },
      },
      {
        name: 'a new name',
        async play(chance) {
          const [old, to] = label === 'One' ? ['One', 'Two'] : ['Two', 'One']
          await killRightBehind('agents.rename', { label, to }, `rename agent ${label}`, chance.whole(0, 25))
          const labels = (await askCompanion(companion, 'agents.list', {}, listed)).map((agent) => agent.label)
          label = requireOneOf(labels.join(), [old, to])
          insist((await tokenIn()) === token, 'The file has another token.')
          insist(await comesIn(token), 'The token counts no more.')
          return label === old ? 'the old name' : 'the new name'
        },
      },
    ],
    [undefined],
  )
}

async function unharmed(): Promise<void> {
  // Nobody had a hand in it.
}
