import { describe, expect, it } from 'vitest'
import { terminalLimit } from '../access/terminal-asks.ts'
import { policyText } from '../testing/accepted-house.ts'
import { claim, proposalHouse } from '../testing/proposal-house.ts'

const opening = (count: number) => policyText({ tools: { [`tool_${count % 2}`]: {} } })
const never = new AbortController().signal

const setUp = async () => {
  const house = await proposalHouse()
  const { policies, proposals } = await house.start()
  /** The texts of this many proposals that were shown, each in the place of the one before. */
  const shown = new Set<string>()
  const flip = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      house.file.become(opening(count))
      await house.settle()
      for (const { id } of house.browser.seen.prompts) shown.add(id)
    }
  }
  return { ...house, policies, proposals, flip, shown }
}

describe('a file that is one proposal after another', () => {
  it('is asked about twenty times a minute at most, and then for the one that lies there', async () => {
    const { browser, flip, proposals, settle, shown, time } = await setUp()
    await flip(40)
    expect([shown.size, browser.seen.prompts, proposals.state().state]).toEqual([20, [], 'held'])
    time.advance(60_000)
    await settle()
    expect([browser.seen.prompts.length, proposals.state().state]).toEqual([1, 'waiting'])
    expect(browser.seen.prompts).toMatchObject([{ subject: { text: opening(39) } }])
  })

  it('is none the quicker by her saying no', async () => {
    const { answer, browser, file, proposals, settle } = await setUp()
    for (let count = 0; count < 20; count += 1) {
      file.become(opening(count))
      await answer('deny')
    }
    file.become(opening(20))
    await settle()
    expect([browser.seen.prompts, proposals.state().state]).toEqual([[], 'held'])
  })

  it('is not held up by what she said yes to', async () => {
    const { answer, file, policies } = await setUp()
    for (let count = 0; count < 25; count += 1) {
      file.become(opening(count))
      await answer('approve')
    }
    expect(policies.inForce().number).toBe(25)
  })

  it('is not in the way of a command, which is held to the terminal’s own limit, and told so', async () => {
    const { browser, flip, limits, proposals, settle, time } = await setUp()
    await flip(40)
    const asked = proposals.propose(opening(0), claim, never)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ asker: { claim }, subject: { text: opening(0) } }])
    const caller = { grant: 'terminal', connection: '' }
    while (limits.reserve([terminalLimit], caller).kind === 'reserved');
    await expect(proposals.propose(opening(1), claim, never)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await asked).toMatchObject({ outcome: 'replaced' })
    time.advance(60_000)
    await settle()
    expect(browser.seen.prompts).toEqual([])
    const again = proposals.propose(opening(1), claim, never)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ asker: { claim } }])
    proposals.close()
    await expect(again).rejects.toMatchObject({ code: 'cancelled' })
  })
})
