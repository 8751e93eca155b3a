import { until } from '../../support/until.ts'
import type { Surface } from '../../support/surface.ts'
import { openWorld, type World } from '../../support/world.ts'
import type { Agent } from '../../support/agent.ts'
import type { Measure, Row } from '../measure.ts'
import { paintsOf, type Paints } from '../popup-stopwatch.ts'

/** The second of the three things that people do with it, and how soon they see what they are asked. */
export const approveMeasure: Measure = {
  name: 'approve',
  title: "From Approve to the agent's answer, and from the popup to what it shows",
  async take(run) {
    await using world = await openWorld()
    await world.signIn('example-freelancer')
    await world.pair()
    const agent = await world.addAgent('Bench')

    const rounds = run.rounds(20)
    const answers: number[] = []
    const prompts: Paints[] = []
    const homes: Paints[] = []
    for (let round = -1; round < rounds; round += 1) {
      await allClosed(world)
      const asked = await askAndApprove(world, agent)
      await allClosed(world)
      const home = await openHome(world)
      if (round < 0) continue
      answers.push(asked.answered)
      prompts.push(asked.paints)
      homes.push(home)
    }
    return {
      how: [
        `${rounds} questions of an agent, answered in the real popup with the pointer once Approve is armed (a second after it is painted).`,
        'The clock starts before the release of the pointer is sent to the browser, and stops when callTool gives the answer: one clock,',
        'and the way of the press into the browser is counted in. Between are signature, capture, vault, ledger and relay.',
        "Paints are the browser's own entries, from the moment at which the popup's page came into being.",
      ],
      rows: [
        {
          what: "Approve pressed, the agent's answer",
          unit: 'ms',
          samples: answers,
          aim: { of: 'median', atMost: 100 },
        },
        ...paintRows('a question', prompts),
        ...paintRows('the icon clicked', homes),
      ],
    }
  },
}

function paintRows(what: string, paints: readonly Paints[]): Row[] {
  return [
    {
      what: `popup, ${what}: first contentful paint`,
      unit: 'ms',
      samples: paints.map(({ first }) => first),
      aim: { of: 'median', atMost: 150 },
    },
    { what: `popup, ${what}: largest contentful paint`, unit: 'ms', samples: paints.map(({ largest }) => largest) },
  ]
}

async function askAndApprove(world: World, agent: Agent): Promise<{ answered: number; paints: Paints }> {
  const answer = agent.call('save_session', { reason: 'To measure how long it takes.' })
  await using prompt = await world.extension.popup()
  await prompt.question('Bench')
  const paints = await paintsOf(prompt.page)
  await until('Approve is armed', () => prompt.isEnabled('Approve'))
  await pointAt(prompt, 'Approve')
  await prompt.page.mouse.down()
  const began = performance.now()
  const [{ structuredContent }, answered] = await Promise.all([
    answer,
    answer.then(() => performance.now() - began),
    prompt.page.mouse.up(),
  ])
  if (structuredContent?.saved !== true) throw new Error(`Nothing was saved: ${structuredContent?.code ?? 'no code'}`)
  return { answered, paints }
}

function allClosed({ extension }: World): Promise<true> {
  return until('no popup is open', () => extension.surfaces() === 0)
}

async function pointAt({ page, find }: Surface, name: string): Promise<void> {
  const button = await find('button', name)
  if (button === undefined) throw new Error(`There is no button "${name}".`)
  const { x, y } = await button.clickablePoint()
  await page.mouse.move(x, y)
}

async function openHome(world: World): Promise<Paints> {
  await using popup = await world.extension.openPopup(world.tab)
  await until('it can be saved', () => popup.isEnabled('Save session'))
  return await paintsOf(popup.page)
}
