import type { PolicyFile } from '@countersign/shared/policy/policy-file'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import type { ApprovalDocument, Countersigned } from '@countersign/shared/approval/countersignature'
import { createAlarms } from '../access/alarms.ts'
import { acceptanceArgs, acceptPolicy } from '../policy/acceptance.ts'
import { type AcceptedPolicies, openAcceptedPolicies } from '../policy/accepted.ts'
import { sha256 } from '../ledger/sha256.ts'
import { companionKey } from './fake-browser.ts'
import { tempHouse } from './temp-house.ts'

export const policyText = (policy: object): string => JSON.stringify({ version: '1', default: 'deny', ...policy })
export const policyIn = (text: string): PolicyFile => {
  const read = readPolicy(text)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return read.file
}

/** A house in which policies were accepted, and can be opened anew as after a restart. */
export const acceptedHouse = async () => {
  const house = await tempHouse()
  const { browser, database, era, items, ledger, time } = house
  const open = async () => {
    const alarms = createAlarms({ database, items, ledger })
    const policies = await openAcceptedPolicies({ database, items, ledger, era, alarms, companionKey, time })
    return { alarms, policies }
  }
  const signed = async (text: string, number: number, more: Partial<ApprovalDocument> = {}): Promise<Countersigned> => {
    const asker = { kind: 'terminal', grant: 'terminal', label: 'Terminal', claim: null } as const
    const prompt = {
      id: crypto.randomUUID(),
      asker,
      action: acceptPolicy,
      reason: null,
      subject: { kind: 'accept-policy', opens: [], closes: [], text, withoutAsking: null } as const,
      args: await acceptanceArgs(text, number),
      askedAt: new Date(time.wall()).toISOString(),
      deadline: null,
    }
    return browser.sign({ ...prompt, subject: { ...prompt.subject, opens: [], closes: [] } }, 'approve', more)
  }
  const { label, fingerprint } = browser
  const acceptance = async (text: string, number: number, more: Partial<ApprovalDocument> = {}) => ({
    number,
    text,
    from: sha256(text),
    browser: { label, fingerprint },
    approval: await signed(text, number, more),
  })
  const accept = async (policies: AcceptedPolicies, text: string) =>
    policies.keep(await acceptance(text, policies.next()), policies.inForce())
  return { ...house, open, accept, acceptance }
}
