import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import type { Grants } from '../../access/grants.ts'
import { labelKey } from '../../access/label.ts'
import type { AcceptedPolicies } from '../../policy/accepted.ts'
import type { PolicyInForce } from '../../policy/in-force.ts'
import type { Proposals } from '../../policy/proposal.ts'
import { handler, type Handler } from '../handler.ts'
import type { PolicyExplained, PolicyHistory, PolicyProposed, PolicyShown } from '../policy-answers.ts'

/** What the terminal may know of the policies, and its way to propose one. */
export const policyHandlers = (deps: {
  readonly accepted: Pick<AcceptedPolicies, 'inForce' | 'history'>
  readonly inForce: Pick<PolicyInForce, 'explain'>
  readonly proposals: Pick<Proposals, 'state' | 'propose'>
  readonly grants: Pick<Grants, 'list'>
  /** Of `policy.json`. */
  readonly path: string
}): readonly Handler[] => {
  const { accepted, inForce, proposals, grants, path } = deps

  return [
    handler({
      name: 'policy.show',
      params: z.strictObject({}),
      run: () => {
        const { text, number, how, at } = accepted.inForce()
        const { state, problems, opens, closes } = proposals.state()
        const proposal = { state, problems: [...problems], opens: [...opens], closes: [...closes] }
        return Promise.resolve<PolicyShown>({ text, number, how, at, path, proposal })
      },
    }),
    handler({
      // Whether agents are paused or muted is not what is asked here.
      name: 'policy.explain',
      params: z.strictObject({ agent: z.string().nullable(), tool: z.string().min(1), args: z.unknown() }),
      run: ({ agent, tool, args }) => {
        const isKnown = agent === null || grants.list().some(({ label }) => labelKey(label) === labelKey(agent))
        if (!isKnown) throw new CountersignError('no_such_agent')
        return Promise.resolve<PolicyExplained>(inForce.explain({ tool, args }))
      },
    }),
    handler({
      name: 'policy.history',
      params: z.strictObject({}),
      run: () =>
        Promise.resolve<PolicyHistory>(
          accepted.history().map(({ number, at, how, text, inForce: isInForce, browser }) => ({
            number,
            at,
            how,
            text,
            inForce: isInForce,
            browser: browser?.label ?? null,
            fingerprint: browser?.fingerprint ?? null,
          })),
        ),
    }),
    handler({
      name: 'policy.propose',
      params: z.strictObject({ text: z.string() }),
      run: ({ text }, { claim, signal }): Promise<PolicyProposed> => proposals.propose(text, claim, signal),
    }),
  ]
}
