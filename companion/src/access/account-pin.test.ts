import { unknownAccount } from '@countersign/shared/session/site'
import { describe, expect, it } from 'vitest'
import { wrongAccount } from './account-pin.ts'

const names: Readonly<Record<string, string>> = { ada: 'Ada at work' }
const nameOf = (account: string) => names[account] ?? null

describe('what an agent that is pinned to an account gets of a tab', () => {
  it.each<[pinned: string | null, account: string, reason: string | null]>([
    [null, 'ada', null],
    [null, unknownAccount, null],
    ['ada', 'ada', null],
    ['ada', 'eve', "The Upwork tab is eve's, and this agent is only for Ada at work."],
    ['eve', 'ada', "The Upwork tab is Ada at work's, and this agent is only for eve."],
    ['ada', 'Ada', "The Upwork tab is Ada's, and this agent is only for Ada at work."],
    ['ada', 'ada ', "The Upwork tab is ada 's, and this agent is only for Ada at work."],
    ['ada', unknownAccount, 'Nothing tells whose the Upwork tab is, and this agent is only for Ada at work.'],
    [unknownAccount, unknownAccount, 'Nothing tells whose the Upwork tab is, and this agent is only for unknown.'],
  ])('pinned to %s, of a tab of %s: %s', (pinned, account, reason) => {
    const wrong = wrongAccount(pinned, account, nameOf)
    expect([wrong?.code, wrong?.reason]).toEqual(reason === null ? [undefined, undefined] : ['wrong_account', reason])
  })
})
