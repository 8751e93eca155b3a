import { CountersignError } from '@countersign/shared/errors'
import { describe, expect, it } from 'vitest'
import { policyText } from '../testing/accepted-house.ts'
import { fakeBrowsers } from '../testing/fake-browser.ts'
import { claim, proposalHouse } from '../testing/proposal-house.ts'
import { shippedDefault, shippedDefaultText } from './shipped-default.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

const search = policyText({ tools: { search_jobs: {} } })
const wider = policyText({ tools: { search_jobs: {}, get_messages: {} } })
const closedDefault = JSON.stringify({ ...shippedDefault, hide: ['save_session'] })
const never = new AbortController().signal

const setUp = async () => {
  const house = await proposalHouse()
  return { ...house, ...(await house.start()) }
}

describe('a command that proposes', () => {
  it('hears of the yes, which is asked for in its own name', async () => {
    const { proposals, answer, file, policies } = await setUp()
    const proposed = proposals.propose(search, claim, never)
    const { prompt } = await answer('approve')
    expect(prompt.asker).toMatchObject({ kind: 'terminal', claim })
    expect(await proposed).toEqual({ outcome: 'accepted', number: 1, reason: null })
    expect([file.read(), policies.inForce().text]).toMatchObject([{ text: search }, search])
  })

  it('hears of the no, and is asked anew the next time', async () => {
    const { proposals, answer } = await setUp()
    const proposed = proposals.propose(search, claim, never)
    await answer('deny', { reason: 'Too wide.' })
    expect(await proposed).toEqual({ outcome: 'denied', number: 0, reason: 'Too wide.' })
    const again = proposals.propose(search, claim, never)
    await answer('approve')
    expect(await again).toMatchObject({ outcome: 'accepted' })
  })

  it('hears at once of what is in force, or only closes', async () => {
    const { proposals } = await setUp()
    expect(await proposals.propose(shippedDefaultText, claim, never)).toMatchObject({ outcome: 'in-force', number: 0 })
    expect(await proposals.propose(closedDefault, claim, never)).toMatchObject({ outcome: 'closed', number: 0 })
    expect(await proposals.propose(closedDefault, claim, never)).toMatchObject({ outcome: 'in-force', number: 0 })
  })

  it('hears that another came in its place: from a command, or in the file', async () => {
    const { proposals, file, browser, settle } = await setUp()
    const [one, two] = [proposals.propose(search, claim, never), proposals.propose(wider, claim, never)]
    expect(await one).toMatchObject({ outcome: 'replaced' })
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ subject: { text: wider } }])
    file.become({ kind: 'absent' })
    expect(await two).toMatchObject({ outcome: 'replaced' })
    await settle()
    expect(browser.seen.prompts).toEqual([])
  })

  it('takes its question along when it goes, which is asked again only when somebody wants it', async () => {
    const { proposals, browser, settle, browsers, file } = await setUp()
    const ends = new AbortController()
    const proposed = proposals.propose(search, claim, ends.signal)
    await settle()
    expect(browser.seen.prompts).toHaveLength(1)
    ends.abort()
    await expect(proposed).rejects.toMatchObject({ code: 'cancelled' })
    browsers.connect(browser)
    await settle()
    expect([browser.seen.prompts, proposals.state().state]).toEqual([[], 'held'])
    file.become(wider)
    file.become(search)
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ asker: { claim: null } }])
  })

  it('is refused with every mistake of its text, which changes nothing', async () => {
    const { proposals, file } = await setUp()
    const bad = proposals.propose('{"version":"2","default":"Deny"}', claim, never)
    await expect(bad).rejects.toMatchObject({
      code: 'policy_invalid',
      message: matching(expect.stringMatching(/version.*\n.*default/)),
    })
    expect(file.read()).toEqual({ kind: 'absent' })
  })

  it('is refused where nobody can be asked, and its text stays to be asked about', async () => {
    const { start, pause, settle, browser } = await proposalHouse()
    const unpaired = await start(fakeBrowsers())
    await expect(unpaired.proposals.propose(search, claim, never)).rejects.toMatchObject({ code: 'not_paired' })
    unpaired.proposals.close()
    await pause.pause('Terminal')
    const { proposals } = await start()
    await expect(proposals.propose(search, claim, never)).rejects.toMatchObject({ code: 'paused' })
    expect(proposals.state().state).toBe('held')
    await pause.resume('Chrome')
    await settle()
    expect(browser.seen.prompts).toMatchObject([{ asker: { claim: null } }])
  })

  it('hears that its yes could not be kept', async () => {
    const { proposals, items, answer } = await setUp()
    const proposed = proposals.propose(search, claim, never)
    Object.assign(items, {
      put: () => {
        throw new CountersignError('disk_full')
      },
    })
    const heard = expect(proposed).rejects.toMatchObject({ code: 'disk_full' })
    await answer('approve')
    await heard
  })
})
