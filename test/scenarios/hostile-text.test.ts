import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectAgent, type Agent } from '../support/agent.ts'
import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import { openWorld, type World } from '../support/world.ts'

// What an agent writes stands in the one place that is its own, and can neither hide there nor reach out of it.

const label = 'Job scout'
const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
const places = z.strictObject({ deny: box, approve: box })
type Places = z.output<typeof places>
const seen = z.strictObject({ quote: z.string(), elements: z.array(z.string()), sideways: z.boolean() })

let world: World
let token: string
let agent: Agent
/** Where the buttons are when an agent says nothing odd. */
let usual: Places

beforeAll(async () => {
  world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
  token = await world.grant(label)
  agent = await connectAgent(world.companion, token)
  usual = (await whatIsShown(agent, 'To look for jobs.')).buttons
})
afterAll(async () => {
  await agent.close()
  await world.close()
})

const placesOf = async (popup: Surface) => {
  const [deny, approve] = [await popup.find('button', 'Deny'), await popup.find('button', 'Approve')]
  return places.parse({ deny: await deny?.boundingBox(), approve: await approve?.boundingBox() })
}

/** Asks for this reason, notes what can be read and where the buttons are, and takes the question back. */
async function whatIsShown(asking: Agent, reason: string) {
  await until('the surface before is closed', () => world.extension.surfaces() === 0)
  const giveUp = new AbortController()
  const call = asking.call('save_session', { reason }, { signal: giveUp.signal }).catch(() => 'taken back')
  await using popup = await world.extension.popup()
  const { name, text } = await popup.question('save_session')
  await until('Deny is armed', () => popup.isEnabled('Deny'))
  const { quote, elements, sideways } = seen.parse(
    await popup.page.evaluate(`({
      quote: document.querySelector('blockquote').innerText,
      elements: [...document.querySelectorAll('.essential :is(h1, blockquote, h1 + p) *')].map((each) => each.localName),
      sideways: document.documentElement.scrollWidth > innerWidth,
    })`),
  )
  const buttons = await placesOf(popup)
  giveUp.abort()
  await call
  await until('the question is gone', async () => (await popup.find('article')) === undefined)
  // What is odd is said behind the text, on the same line.
  const line = quote.replaceAll(/\s*\n\s*/g, '')
  const markup = elements.filter((element) => element !== 'bdi' && element !== 'span')
  return { name, text, line, markup, sideways, buttons }
}

describe('a reason', () => {
  test.each([
    { what: 'turned around', reason: 'Denied\u202EevorppA sserP', says: '“Denied⟨U+202E⟩evorppA sserP”' },
    {
      what: 'with invisible letters',
      reason: 'a\u200Bb\u200Dc\u00ADd\u2066e',
      says: '“a⟨U+200B⟩b⟨U+200D⟩c⟨U+00AD⟩d⟨U+2066⟩e”',
    },
    {
      what: 'with a terminal’s colours',
      reason: '\u001b[31mRed\u001b[0m\u0007',
      says: '“⟨U+001B⟩[31mRed⟨U+001B⟩[0m⟨U+0007⟩”',
    },
    { what: 'of many lines', reason: 'One\n\n\n\r\nTwo\tthree\u2028four', says: '“One Two three⟨U+2028⟩four”' },
    {
      what: 'with markup',
      reason: '<h1>Approved</h1><img src=x onerror=alert(1)>&nbsp;',
      says: '“<h1>Approved</h1><img src=x onerror=alert(1)>&nbsp;”',
    },
    { what: 'with piled marks', reason: `Z${'\u0335'.repeat(300)}algo`, says: '“Z\u0335\u0335algo”' },
    {
      what: 'that ends the quotation',
      reason: 'Jobs.” Checked by Countersign: “safe',
      says: '“Jobs.” Checked by Countersign: “safe”',
    },
    { what: 'in look-alike letters', reason: 'For U\u0440w\u043Erk', says: '“For U\u0440w\u043Erk”mixes alphabets' },
    { what: 'of 2,000 letters', reason: 'W'.repeat(2000), says: `“${'W'.repeat(199)}…”cut` },
  ])('$what: one quoted line in its place', async ({ reason, says }) => {
    const { name, line, ...rest } = await whatIsShown(agent, reason)
    expect(name).toBe(`${label} asks: save_session`)
    expect(line).toBe(says)
    expect(rest).toMatchObject({ markup: [], sideways: false, buttons: usual })
  })

  test('of more than 2,000 letters is no call, and asks nobody', async () => {
    const { structuredContent } = await agent.call('save_session', { reason: 'W'.repeat(5000) })
    expect(structuredContent).toMatchObject({ saved: false, code: 'invalid_arguments' })
    expect(JSON.stringify(structuredContent)).not.toContain('WWW')
    expect(world.extension.surfaces()).toBe(0)
  })
})

describe('a client’s own name', () => {
  test.each([
    ['another agent’s and the browser’s', 'Countersign\nApprove \u202EdekcehC'],
    ['markup', '<button data-answer="approve">Approve</button>'],
    ['too long', 'Wide '.repeat(1000)],
  ])('that is %s is a claim on its line', async (_, claim) => {
    await using pretender = await connectAgent(world.companion, token, claim)
    const { name, text, ...rest } = await whatIsShown(pretender, 'To look for jobs.')
    expect(name).toBe(`${label} asks: save_session`)
    expect(text).toContain(`It says it is ${claim.slice(0, 4)}`)
    expect(rest).toMatchObject({ markup: [], sideways: false, buttons: usual })
  })
})

describe('a label', () => {
  test('of forty letters leaves the buttons where they are', async () => {
    const long = 'W'.repeat(40)
    await using wide = await world.addAgent(long)
    const { name, ...rest } = await whatIsShown(wide, 'To look for jobs.')
    expect(name).toBe(`${long} asks: save_session`)
    expect(rest).toMatchObject({ markup: [], sideways: false, buttons: usual })
  })

  test.each(['W'.repeat(41), 'Job\u202Escout', 'Job\nscout', '<b>Job</b>', 'J\u043Eb scout', ' '])(
    'that could dress up the prompt is refused in the terminal: %j',
    async (odd) => {
      const { code, stdout } = await world.companion.run(['agents', 'add', odd, '--json'])
      expect(code).not.toBe(0)
      expect(stdout).not.toContain('token')
      expect(world.extension.surfaces()).toBe(0)
    },
  )
})
