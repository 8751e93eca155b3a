import { readPolicy } from '@countersign/shared/policy/read-policy'
import { describe, expect, it } from 'vitest'
import { compare } from './compare.ts'
import { shippedDefault } from './shipped-default.ts'

const file = (written: object) => {
  const read = readPolicy(JSON.stringify({ version: '1', default: 'deny', ...written }))
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return read.file
}
/** What changes, `-` before what closes and `+` before what opens. */
const changes = (before: object, after: object): string[] => {
  const { closes, opens } = compare(file(before), file(after))
  return [...closes.map((line) => `- ${line}`), ...opens.map((line) => `+ ${line}`)]
}
const x = (rules: object) => ({ tools: { x: rules } })
const under = (value: number) => ({ conditions: [{ path: 'args.rate', op: 'lt', value }] })
const limit = (max: number, more: object = {}) => ({ limits: [{ counter: 'c', window: 'minute', max, ...more }] })

describe('what closes', () => {
  it.each([
    [x({}), x({ action: 'deny' }), '- x will be denied.'],
    [x({ action: 'require_approval' }), x({ action: 'deny', require_approval: true }), '- x will be denied.'],
    [{}, { hide: ['x'] }, '- x will be hidden from agents, and denied.'],
    [{ hide: ['x'] }, { hide: ['x', '*'] }, '- Every tool will be hidden from agents, and denied.'],
    [{}, { hide: ['manual_login'] }, '- save_session will be hidden from agents, and denied.'],
    [x({}), x({ deny_if: [under(40)] }), '- x will be denied when args.rate is under 40.'],
    [x({ deny_if: [under(40)] }), x({ deny_if: [{}, under(40)] }), '- x will be denied always.'],
    [x({}), x({ require: ['args.why'] }), '- x will be denied unless args.why is given, and not empty.'],
    [
      x({}),
      x({ require: [{ path: 'args.cur', op: 'in', value: ['usd', 'eur'] }] }),
      '- x will be denied unless args.cur is one of “usd”, “eur”.',
    ],
    [x(limit(30)), x(limit(10)), '- x will be held to at most 10 times a minute for each agent, where it was 30.'],
    [
      x({ rate_limit: '30/hour' }),
      x({ rate_limit: { max: 1, window: 3600 } }),
      '- x will be held to at most once an hour for each agent, where it was 30.',
    ],
    [
      { all_tools: limit(30, { scope: 'global' }) },
      { all_tools: limit(20, { scope: 'global' }) },
      '- All tools together will be held to at most 20 times a minute for all agents together, where it was 30.',
    ],
    [x({}), x({ require_approval: true }), '- x will ask you each time, and wait 10 minutes for your answer.'],
    [x({}), x({ action: 'require_approval' }), '- x will ask you each time, and wait 10 minutes for your answer.'],
    [
      x({ require_approval: false }),
      x({ require_approval: { timeout: '90s' } }),
      '- x will ask you each time, and wait 90 seconds for your answer.',
    ],
    [
      { tools: { '*': {} } },
      { tools: { '*': { action: 'deny' } } },
      '- Every tool without rules of its own will be denied.',
    ],
    [
      { tools: { '*': { require_approval: true }, x: {} } },
      { tools: { '*': { require_approval: true }, x: { action: 'deny' } } },
      '- x will be denied.',
    ],
    [
      { tools: { '*': {}, x: {}, y: {} } },
      { tools: { '*': { require: ['args.why'] }, x: {}, y: {} } },
      '- Every tool without rules of its own will be denied unless args.why is given, and not empty.',
    ],
  ])('%j → %j: %s', (before, after, ...lines) => {
    expect(changes(before, after)).toEqual(lines)
  })
})

describe('what opens', () => {
  it.each([
    [{}, { default: 'allow' }, '+ Every tool that is not named will run without asking you.'],
    [{ default: 'allow' }, {}, '+ Every tool that is not named will be denied.'],
    [{}, { default: 'ask' }, '+ Every tool that is not named will ask you each time.'],
    [{}, x({}), '+ x is newly named: it will run without asking you.'],
    [{}, x({ action: 'deny' }), '+ x is newly named: it will be denied.'],
    [
      {},
      x({ ...limit(5), require_approval: true, deny_if: [under(9)], require: ['args.why'] }),
      '+ x is newly named: it will ask you each time, at most 5 times a minute for each agent, denied when args.rate is under 9, denied unless args.why is given, and not empty.',
    ],
    [x({}), {}, '+ x is no longer named: it will be denied.'],
    [{ default: 'allow', ...x({}) }, { default: 'allow' }, '+ x is no longer named: it will run without asking you.'],
    [x({ action: 'deny' }), x({ action: 'allow' }), '+ x will run without asking you.'],
    [
      x({ action: 'deny' }),
      x({ require_approval: true }),
      '- x will ask you each time, and wait 10 minutes for your answer.',
      '+ x will ask you each time.',
    ],
    [
      x({ action: 'deny' }),
      x({ action: 'deny', reason: 'No.' }),
      '+ What agents read when x is denied always will be “No.”.',
    ],
    [x({ require_approval: true }), x({}), '+ x will run without asking you.'],
    [x({ action: 'require_approval' }), x({ action: 'allow' }), '+ x will run without asking you.'],
    [x({ action: 'deny', require_approval: true }), x({ action: 'deny' }), '+ x will no longer ask you.'],
    [
      x({ require_approval: { timeout: '2m' } }),
      x({ require_approval: { timeout: '1h' } }),
      '+ x will wait 1 hour for your answer, where it waited 2 minutes.',
    ],
    [
      x({ require_approval: true }),
      x({ require_approval: { timeout: '2m' } }),
      '+ x will wait 2 minutes for your answer, where it waited 10 minutes.',
    ],
    [{ hide: ['x'] }, { hide: [] }, '+ x will no longer be hidden from agents.'],
    [
      x({ deny_if: [under(40)] }),
      x({ deny_if: [under(30)] }),
      '- x will be denied when args.rate is under 30.',
      '+ x will no longer be denied when args.rate is under 40.',
    ],
    [
      x({ deny_if: [under(40)] }),
      x({ deny_if: [{ ...under(40), on_deny: 'Ask for\nmore.' }] }),
      '+ What agents read when x is denied when args.rate is under 40 will be “Ask for more.”.',
    ],
    [
      x({ require: ['args.why'] }),
      x({ require: [] }),
      '+ x will be allowed also where not: args.why is given, and not empty.',
    ],
    [x(limit(10)), x(limit(30)), '+ x will be held to at most 30 times a minute for each agent, where it was 10.'],
    [x(limit(10)), x({}), '+ x will no longer be held to at most 10 times a minute for each agent.'],
    [x({}), x(limit(10)), '+ x will be held to at most 10 times a minute for each agent.'],
    [
      x(limit(10)),
      x(limit(5, { scope: 'agent_session' })),
      '+ x will no longer be held to at most 10 times a minute for each agent.',
      '+ x will be held to at most 5 times a minute for each connection of an agent.',
    ],
    [
      x({ rate_limit: '10/minute' }),
      x({ rate_limit: { max: 5, window: 90 } }),
      '+ x will no longer be held to at most 10 times a minute for each agent.',
      '+ x will be held to at most 5 times in 90 seconds for each agent.',
    ],
    [
      { default: 'ask', tools: { '*': {} } },
      { default: 'ask', tools: { '*': { require_approval: { timeout: '1h' } } } },
      '- Every tool without rules of its own will ask you each time, and wait 1 hour for your answer.',
      '+ Every tool that is not named will wait 1 hour for your answer, where it waited 10 minutes.',
    ],
    [{}, { tools: { '*': {} } }, '+ Every tool without rules of its own will run without asking you.'],
    [{ tools: { '*': {} } }, {}, '+ Every tool without rules of its own loses those that were for all of them.'],
    [
      { tools: { '*': { require_approval: true }, x: {} } },
      { tools: { '*': { require_approval: true }, x: { deny_if: [{}] } } },
      '- x will be denied always.',
      '+ x will run without asking you.',
    ],
    [
      { tools: { '*': { require_approval: true }, x: { action: 'allow' } } },
      { tools: { '*': { require_approval: true }, x: {} } },
      '+ x will ask you each time, and wait 10 minutes for your answer.',
    ],
    [
      { tools: { save_session: { require_approval: true } } },
      { tools: { save_session: { require_approval: true }, manual_login: {} } },
      '+ save_session is named in another way: it will ask you each time.',
    ],
    [
      {},
      { tools: { 'x\u202E\nAll is well.': {} } },
      '+ x⟨U+202E⟩ All is well. is newly named: it will run without asking you.',
    ],
  ])('%j → %j: %s', (before, after, ...lines) => {
    expect(changes(before, after)).toEqual(lines)
  })
})

describe('a release, which has an entry whether it is written or not', () => {
  const release = (rules: object) => ({ tools: { export: rules } })
  const withRest = (tools: object) => ({ tools: { '*': { action: 'deny' }, ...tools } })
  it.each([
    [{}, release({})],
    [{}, release({ action: 'allow' })],
    [{}, release({ require_approval: true })],
    [{ default: 'allow' }, { default: 'allow', ...release({ action: 'require_approval' }) }],
    [withRest({}), withRest({ export: {} })],
    [{}, release({ action: 'deny' }), '- export will be denied.'],
    [{}, release({ deny_if: [under(40)] }), '- export will be denied when args.rate is under 40.'],
    [{}, release({ require: ['args.only'] }), '- export will be denied unless args.only is given, and not empty.'],
    [{}, release({ rate_limit: '1/day' }), '+ export will be held to at most once a day for each agent.'],
    [
      {},
      release({ require_approval: { timeout: '1h' } }),
      '+ export will wait 1 hour for your answer, where it waited 10 minutes.',
    ],
    [release({ action: 'deny' }), {}, '+ export will ask you each time.'],
    [release({ action: 'deny' }), release({ action: 'allow' }), '+ export will ask you each time.'],
    [release({ deny_if: [under(40)] }), {}, '+ export will no longer be denied when args.rate is under 40.'],
    [{ hide: ['export'] }, { hide: [] }, '+ export will no longer be hidden from agents.'],
  ])('%j → %j: %s', (before, after, ...lines) => {
    expect(changes(before, after)).toEqual(lines)
  })
})

it('tells each of two tools whose names begin alike', () => {
  const [one, two] = ['read', 'send'].map((end) => `${'upstream__'.repeat(8)}${end}`)
  const lines = changes({}, { tools: { [`${one}`]: {}, [`${two}`]: {} } })
  expect(lines).toEqual([one, two].map((name) => `+ ${name} is newly named: it will run without asking you.`))
})

describe('what changes nothing', () => {
  it.each([
    [{ hide: ['x', 'y'] }, { $schema: './policy.schema.json', hide: ['y', 'x', 'x'] }],
    [{ hide: ['manual_login'] }, { hide: ['save_session'] }],
    [{ hide: '*' }, { hide: ['*'] }],
    [x({ rate_limit: '10/minute' }), x({ rate_limit: { max: 10, window: 60 } })],
    [x({ rate_limit: { max: 10, window: 'minute' } }), x({ rate_limit: { max: 10, window: 60 } })],
    [x({ action: 'require_approval' }), x({ require_approval: { timeout: '10m' } })],
    [x({ deny_if: [under(1), under(2)] }), x({ deny_if: [under(2), under(1), under(1)] })],
    [x({ require: ['args.a', 'args.b'] }), x({ require: ['args.b', 'args.a'] })],
    [x(limit(10)), x(limit(10, { scope: 'grant' }))],
    [x({}), x({ action: 'allow', require: [], require_approval: false })],
    [
      { tools: { save_session: { require_approval: true }, manual_login: {} } },
      { tools: { manual_login: { require_approval: true }, save_session: {} } },
    ],
  ])('%j → %j', (before, after) => {
    expect(changes(before, after)).toEqual([])
    expect(changes(after, before)).toEqual([])
  })
})

describe('the policy that other gateways recommend, where the shipped default is in force', () => {
  const snippet = file({
    tools: {
      save_session: { limits: [{ counter: 'save_session_rate', window: 'minute', max: 30, scope: 'grant' }] },
    },
  })

  it('opens, and says that save_session will no longer ask', () => {
    expect(compare(shippedDefault, snippet)).toEqual({
      closes: [],
      opens: ['save_session will run without asking you.', 'session_status is no longer named: it will be denied.'],
    })
  })
})
