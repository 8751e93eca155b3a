import { onTestFinished } from 'vitest'
import { createAccountsAt } from '../policy/accounts-at.ts'
import { createProposalPace } from '../policy/proposal-pace.ts'
import { createProposals } from '../policy/proposal.ts'
import { acceptedHouse } from './accepted-house.ts'
import { memoryProposedFile } from './memory-proposed-file.ts'

export const claim = { program: 'bash', parent: 'tmux', pid: 7, folder: '/home/ada' }

/** A house in which policies are proposed, and the person answers in its browser. */
export const proposalHouse = async () => {
  const house = await acceptedHouse()
  const { broker, browser, gate, pause, time, vault } = house
  const file = memoryProposedFile()
  const faults: unknown[] = []
  /** As after a start. */
  const start = async (browsers = house.browsers) => {
    const { policies, alarms } = await house.open()
    const proposals = createProposals({
      file,
      write: (text) => file.become(text),
      accepted: policies,
      broker,
      browsers,
      gate,
      gateChanges: [pause.onChange, house.alarms.onChange],
      writing: ['save_session'],
      pace: createProposalPace(house.limits),
      time,
      accountsAt: createAccountsAt({ vault, time }),
      onFault: (thrown) => faults.push(thrown),
    })
    onTestFinished(() => proposals.close())
    return { policies, alarms, proposals }
  }
  /** Until everything that was set going has come to its end. */
  const settle = async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      await crypto.subtle.digest('SHA-256', new Uint8Array(1))
      await new Promise(setImmediate)
    }
  }
  const answer = async (how: 'approve' | 'deny', more: { args?: string; reason?: string } = {}) => {
    await settle()
    const [prompt] = browser.seen.prompts
    if (prompt === undefined) throw new Error('Nothing is asked')
    // The house stands in its own time.
    const expires = new Date(time.wall() + 60_000).toISOString()
    const answered = await broker.answer(browser, await browser.sign(prompt, how, { expires, ...more }))
    await settle()
    return { prompt, answered }
  }
  return { ...house, file, faults, start, settle, answer }
}
