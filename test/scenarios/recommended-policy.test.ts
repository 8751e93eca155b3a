import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '../support/agent.ts'
import { openWorld, type World } from '../support/world.ts'

// She pastes the policy that another gateway recommends for this tool, as it is. It has no approval in it: it means that saving runs
// without her, thirty times in any minute, for the accounts that she was told.

const recommended = {
  version: '1',
  default: 'deny',
  tools: {
    save_session: { limits: [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }] },
  },
}

let world: World
let agent: Agent
beforeAll(async () => {
  world = await openWorld()
  await world.signIn('example-freelancer')
  await world.pair()
  agent = await world.addAgent('Job scout')
})
afterAll(() => world.close())

const propose = (policy: unknown) => writeFile(join(world.companion.home, 'policy.json'), JSON.stringify(policy))

describe('the recommended policy', () => {
  test('says what it means before she accepts it, and for whom', async () => {
    await propose(recommended)
    await using prompt = await world.extension.prompt()
    const { text } = await prompt.question('Terminal', 'accept policy')
    expect(text).toContain('save_session will run without asking you')
    expect(text).toContain('example-freelancer')
    expect(text).toContain('Keep asking me')
    await prompt.press('Approve')
    await prompt.says('status', 'in force')
  })

  test('lets thirty saves pass, and holds the thirty-first back for as long as it says', async () => {
    for (let version = 1; version <= 30; version += 1) {
      expect((await agent.call('save_session')).structuredContent).toMatchObject({ saved: true, version })
    }
    expect((await agent.call('manual_login')).structuredContent).toMatchObject({
      saved: false,
      code: 'rate_limited',
      rule: '/tools/save_session/limits/0',
    })
    const limited = (await agent.call('save_session')).structuredContent
    expect(limited).toMatchObject({ code: 'rate_limited' })
    expect(Number(limited?.['retryAfter'])).toBeGreaterThan(0)
    expect(Number(limited?.['retryAfter'])).toBeLessThanOrEqual(60)
    expect(world.extension.surfaces()).toBe(0)
  })

  test('denies all else by its default', async () => {
    for (const tool of ['send_message', 'Save_Session']) {
      expect((await agent.call(tool)).structuredContent).toMatchObject({ rule: '(default deny)' })
    }
    expect((await agent.call('session_status')).structuredContent).toMatchObject({
      code: 'policy_denied',
      rule: '(default deny)',
    })
  })
})
