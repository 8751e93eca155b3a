import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../support/places.ts'
import { startProgram, type Program } from '../support/program.ts'
import { beforePress } from './before-press.ts'
import { account, type Stage, type Tour } from './stage.ts'
import { whileItAsks } from './while-it-asks.ts'

const granted = z.object({ label: z.string(), token: z.string() })

const answer = z.object({
  isError: z.boolean().default(false),
  content: z.tuple([z.object({ text: z.string() })]),
  structuredContent: z.object({
    saved: z.boolean(),
    account: z.string().optional(),
    version: z.int().optional(),
    code: z.string().optional(),
  }),
})

/** Starts a program that asks for the session, in a process of its own; its answer is a line on its stdout. */
export type Agent = (reason: string) => Program

const label = 'Job scout'

/** `countersign agents add`, and her yes to it. */
export function letAgentIn(tour: Tour, { companion, extension }: Stage): Promise<Agent> {
  return tour.teller.step(`She gives an agent a name, "${label}", and a token`, async (note) => {
    await using command = companion.begin(['agents', 'add', label, '--json'])
    await using prompt = await whileItAsks(command, extension.popup())
    await prompt.question('Terminal', label)
    await beforePress(tour, prompt, 'Approve', 'agent')
    await prompt.press('Approve')
    const { token } = await command.line(granted)
    note('the token lets it ask, and nothing else')
    const program = [join(root, 'scripts/run-typescript.mjs'), join(root, 'test/demo/agent.ts')]
    const env = { ...companion.env, COUNTERSIGN_TOKEN: token }
    return (reason) => startProgram(process.execPath, [...program, reason], env)
  })
}

export function sayYes(tour: Tour, { extension }: Stage, agent: Agent): Promise<void> {
  const { teller, album, look } = tour
  return teller.step('The agent calls save_session; she approves it in the popup', async (note) => {
    await using asking = agent('To read your job feed while you are away.')
    await using prompt = await whileItAsks(asking, extension.popup(20))
    await prompt.question(label, 'save_session')
    await beforePress(tour, prompt, 'Approve', 'question', ['light', 'dark'])
    await prompt.press('Approve')
    note(mustBeSaved(await asking.line(answer), 2))
    await prompt.says('status', 'Saved')
    await album.take(prompt.page, 'approved')
    await look()
  })
}

export function sayNo(tour: Tour, { extension }: Stage, agent: Agent): Promise<void> {
  const { teller, album, look } = tour
  return teller.step('It asks again; she denies it, and says why', async (note) => {
    await using asking = agent('Once more, to be on the safe side.')
    await using prompt = await whileItAsks(asking, extension.popup(20))
    await prompt.question(label, 'save_session')
    await prompt.fill('Reason', 'You have one that is a minute old.')
    await beforePress(tour, prompt, 'Deny', 'denying')
    await prompt.press('Deny')
    const { isError, content, structuredContent } = await asking.line(answer)
    if (!isError || structuredContent.code !== 'approval_denied') {
      throw new Error(`The agent was to be told approval_denied, and got: ${JSON.stringify(structuredContent)}`)
    }
    note(`the agent got: ${content[0].text}`)
    await album.take(prompt.page, 'denied')
    await look()
  })
}

/** Chrome can open no popup while it is not in front, which is the usual case: she sits in her agent's window. */
export function answerInWindow(tour: Tour, { extension, chromium, tab }: Stage, agent: Agent): Promise<void> {
  const { teller, album, look } = tour
  return teller.step('Chrome is minimised; she approves in the approval window', async (note) => {
    // The old token opens nothing from here on, so what comes later shows that this very save was the one that counted.
    await tab.goto('https://www.upwork.com/nx/rotate')
    await tab.goto('https://www.upwork.com/nx/find-work/best-matches')
    await chromium.minimise(tab)
    await look()
    await using asking = agent('Upwork has changed your sign-in token; mine is worth nothing now.')
    await using prompt = await whileItAsks(asking, extension.approvalWindow(20))
    await prompt.question(label, 'save_session')
    await beforePress(tour, prompt, 'Approve', 'window')
    await prompt.press('Approve')
    note(mustBeSaved(await asking.line(answer), 3))
    await prompt.says('status', 'Saved')
    await album.take(prompt.page, 'window-approved')
    await chromium.restore(tab)
    await look()
  })
}

function mustBeSaved({ content, structuredContent }: z.output<typeof answer>, version: number): string {
  const { saved, ...got } = structuredContent
  if (!saved || got.account !== account || got.version !== version) {
    throw new Error(`Version ${version} of ${account} was to be saved, and the agent got: ${JSON.stringify(got)}`)
  }
  return `the agent got: ${content[0].text}`
}
