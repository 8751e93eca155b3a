import type { Limit } from '@countersign/shared/policy/decision'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluate } from '../policy/evaluate.ts'
import { arbitraryCall, arbitraryPolicy } from '../testing/arbitrary-policy.ts'
import { fakeBrowser, fakeBrowsers } from '../testing/fake-browser.ts'
import { createAuthorize } from './authorize.ts'

// In which order a policy itself is gone through, evaluate-property.test.ts tells. After it come the limits, and then the question.

const codes = {
  'timed-out': 'approval_timed_out',
  busy: 'approval_busy',
  unreachable: 'browser_not_connected',
} as const
const verdict = fc.constantFrom<{ readonly kind: keyof typeof codes }[]>(
  { kind: 'timed-out' },
  { kind: 'busy' },
  { kind: 'unreachable' },
)
const situation = fc.record({ isFull: fc.boolean(), answer: verdict })

test('any call is decided, then counted, then asked about, and given back when it is not to run', async () => {
  const browsers = fakeBrowsers(await fakeBrowser())
  const seen = { denied: 0, limited: 0, allow: 0, ask: 0 }
  const property = fc.asyncProperty(arbitraryPolicy, arbitraryCall, situation, async (file, call, now) => {
    const policy = compilePolicy(file)
    const did: string[] = []
    const counted: (readonly Limit[])[] = []
    const authorize = createAuthorize({
      gate: { closed: () => undefined, signals: () => [] },
      browsers,
      broker: {
        ask: ({ patience }) => {
          did.push(`ask for ${patience}`)
          return Promise.resolve(now.answer)
        },
        end: () => undefined,
      },
      decide: (one) => evaluate(policy, one),
      onPolicyChange: () => () => undefined,
      vouched: () => true,
      limits: {
        reserve: (limits) => {
          did.push('count')
          counted.push(limits)
          const [limit] = limits
          if (now.isFull && limit !== undefined)
            return { kind: 'limited', rule: limit.rule, reason: 'Full.', retryAfter: 7 }
          return { kind: 'reserved', giveBack: () => void did.push('give back') }
        },
      },
      remembered: { covering: () => [] },
      acceptance: () => null,
      longest: 7200,
    })
    const road = await authorize(
      {
        asker: { kind: 'agent', grant: 'g1', label: 'Claude', claim: null },
        action: call.tool,
        input: call.args,
        reason: null,
        args: '0'.repeat(64),
        patience: 600,
        subjects: () => Promise.resolve({ kind: 'ready', byBrowser: new Map() }),
      },
      new AbortController().signal,
    )
    const decision = evaluate(policy, call)
    const said = road.kind === 'refused' ? road.refusal : road
    const limits = decision.kind === 'deny' ? [] : decision.limits
    const limited = now.isFull ? limits[0] : undefined
    const how = decision.kind === 'deny' ? 'denied' : limited !== undefined ? 'limited' : decision.kind
    seen[how] += 1
    const patience = decision.kind === 'ask' ? (decision.timeout ?? 600) : 0
    expect(did).toEqual(
      {
        denied: [],
        limited: ['count'],
        allow: ['count'],
        ask: ['count', `ask for ${patience}`, 'give back'],
      }[how],
    )
    expect(counted).toEqual(decision.kind === 'deny' ? [] : [limits])
    expect(said.rule).toBe(limited?.rule ?? decision.rule)
    expect('code' in said ? said.code : 'allowed').toBe(
      { denied: 'policy_denied', limited: 'rate_limited', allow: 'allowed', ask: codes[now.answer.kind] }[how],
    )
  })
  await fc.assert(property, { numRuns: 2000 })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100)
})
