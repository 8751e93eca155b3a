import { setTimeout as pause } from 'node:timers/promises'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { z } from 'zod'
import { createCompanion, type Companion } from '../support/companion.ts'
import { verifyLedger } from '../support/ledger.ts'
import { meddle } from '../support/meddle.ts'
import { policyOf, proposePolicy } from '../support/policy.ts'
import { statusOf } from '../support/status.ts'
import { until } from '../support/until.ts'
import { createWireBrowser } from '../support/wire-browser.ts'
import { pairOverLine } from './pairing-line.ts'
import { insist, playKinds, type Plan } from './tries.ts'

const hiding = z.looseObject({ hide: z.array(z.string()).default([]) })

/**
 * `kill -9` right behind her yes to a policy, or behind a change of the file that only closes. The next companion has the old policy or
 * the new one, whole; one that closes holds at the latest then.
 *
 * @param sabotage called while nobody runs: for whoever wants to see these checks fail
 */
export async function killPolicyChanges(
  plan: Plan,
  sabotage: (companion: Companion) => Promise<unknown> = unharmed,
): Promise<void> {
  await using companion = await createCompanion()
  const browser = await createWireBrowser()
  await companion.start()
  let line = await pairOverLine(companion, browser)
  let held = await policyOf(companion)
  let tries = 0

  const startAgain = async (after: number): Promise<void> => {
    await pause(after)
    await companion.kill()
    // She is asked about a file only so often a minute, and this one has more to propose.
    await meddle(companion, 'delete from counted_calls')
    await sabotage(companion)
    await companion.start()
    line = await browser.connect(companion.port)
    await line.hello()
    insist((await statusOf(companion)).alarms.length === 0, 'An alarm was raised.')
    insist((await verifyLedger(companion)).ok, 'The ledger does not verify.')
  }

  await playKinds(
    plan,
    [
      {
        name: 'one that opens',
        async play(chance) {
          const tool = `tool_${(tries += 1)}`
          const text = await proposePolicy(companion, { version: '1', default: 'deny', tools: { [tool]: {} } })
          const isAbout = ({ subject }: Prompt): boolean => subject.kind === 'accept-policy' && subject.text === text
          const prompt = await until('this very policy is asked about', () => line.shown().find(isAbout))
          const answered = line.answer(prompt).catch(() => undefined)
          // Some come to their end first: how far the others come depends on how busy the machine is.
          if (chance.whole(1, 4) === 1) {
            await until('it is in force', async () => (await policyOf(companion)).text === text)
          }
          await startAgain(chance.whole(0, 25))
          await answered
          const now = await policyOf(companion)
          const isNew = now.text === text
          insist(isNew || now.text === held.text, 'What is in force is neither the old policy nor the new one.')
          insist(now.number === held.number + (isNew ? 1 : 0), `After number ${held.number} comes ${now.number}.`)
          held = now
          return isNew ? 'the new policy' : 'the old policy'
        },
      },
      {
        name: 'one that only closes',
        async play(chance) {
          const hidden = `hidden_${(tries += 1)}`
          const policy = hiding.parse(JSON.parse(held.text))
          const closing = { ...policy, hide: [...policy.hide, hidden] }
          const text = await proposePolicy(companion, closing)
          if (chance.whole(1, 4) === 1) {
            await until('it is in force', async () => (await policyOf(companion)).text === text)
          }
          await startAgain(chance.whole(0, 25))
          const now = await policyOf(companion)
          insist(now.text === text, 'What closes does not hold.')
          insist(now.number === held.number, 'What closes has a number of its own.')
          held = now
          return 'closed'
        },
      },
    ],
    [undefined],
  )
}

async function unharmed(): Promise<void> {
  // Nobody had a hand in it.
}
