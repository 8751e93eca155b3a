import { describe, expect, it } from 'vitest'
import { readPolicy } from './read-policy.ts'

const problemsOf = (policy: unknown): string[] => {
  const read = readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy))
  return read.kind === 'policy' ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
}
/** Of a policy with these rules for one tool. */
const problemsOfRules = (rules: unknown): string[] =>
  problemsOf({ version: '1', default: 'deny', tools: { x: rules } }).map((problem) => problem.replace('/tools/x', ''))

const like = (problem: string | RegExp): unknown =>
  typeof problem === 'string' ? problem : expect.stringMatching(problem)

describe('what is wrong', () => {
  it.each([
    ['', /^: This is not JSON/],
    ['{"version":"1",\n"default":"deny",}', /^: This is not JSON in line 2: .*\.$/],
    ['{"version":"1" // one\n}', /^: This is not JSON/],
    ['[]', /^: This has to be an object\.$/],
    ['null', /^: This has to be an object\.$/],
    ['"deny"', /^: This has to be an object\.$/],
    [`"${'x'.repeat(300_000)}"`, /^: A policy may have at most 256 KiB\.$/],
  ])('%.40s', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)])
  })

  it.each([
    [{ default: 'deny' }, ': `version` is missing.'],
    [{ version: '1' }, ': `default` is missing.'],
    [{ version: 1, default: 'deny' }, '/version: There is no version `1`. Write "1".'],
    [{ version: '2', default: 'deny' }, '/version: There is no version `2`. Did you mean `1`?'],
    [{ version: '1', default: 'Deny' }, '/default: There is no default `Deny`. Did you mean `deny`?'],
    [{ version: '1', default: 'deny', tool: {} }, '/tool: There is no key `tool` here. Did you mean `tools`?'],
    [
      { version: '1', default: 'deny', upstreams: {} },
      '/upstreams: There is no key `upstreams` here. Known here: $schema, version, default, hide, all_tools, tools.',
    ],
    [{ version: '1', default: 'deny', hide: ['a', 3] }, '/hide/1: This has to be a text.'],
    [{ version: '1', default: 'deny', hide: ['delete_*'] }, /^\/hide\/0: A name is no pattern/],
    [
      { version: '1', default: 'deny', hide: 'send_message' },
      '/hide: There is no value `send_message`. Known here: *.',
    ],
    [{ version: '1', default: 'deny', hide: 7 }, '/hide: There is no value `7`. Write "*".'],
    [
      { version: '1', default: 'deny', all_tools: { limit: [] } },
      '/all_tools/limit: There is no key `limit` here. Did you mean `limits`?',
    ],
    [{ version: '1', default: 'deny', tools: [] }, '/tools: This has to be an object.'],
    [{ version: '1', default: 'allow', tools: { 'delete_*': {} } }, /^\/tools\/delete_\*: A name is no pattern/],
    [{ version: '1', default: 'allow', tools: { '': {} } }, /^\/tools\/: The name of a tool must not be empty/],
    [{ version: '1', default: 'allow', tools: { x: 'deny' } }, '/tools/x: This has to be an object.'],
  ])('%j', (policy, problem) => {
    expect(problemsOf(policy)).toEqual([like(problem)])
  })

  it.each([
    [{ limit: [] }, '/limit: There is no key `limit` here. Did you mean `limits`?'],
    [
      { requireApproval: true },
      '/requireApproval: There is no key `requireApproval` here. Did you mean `require_approval`?',
    ],
    [{ action: 'ask' }, '/action: There is no action `ask`. Did you mean `require_approval`?'],
    [{ action: 'block' }, '/action: There is no action `block`. Did you mean `deny`?'],
    [{ reason: '' }, '/reason: This must not be empty.'],
    [{ reason: 'x'.repeat(1001) }, '/reason: This is longer than 1000 characters.'],
    [{ require: ['cover_letter'] }, /^\/require\/0: A path begins with `args\.`/],
    [{ require: ['args.'] }, /^\/require\/0: A path begins with/],
    [{ require: ['args.a..b'] }, /^\/require\/0: A path begins with/],
    [{ require: [7] }, '/require/0: This has to be a text or an object.'],
    [
      { require: [{ path: 'args.a', op: 'less', value: 1 }] },
      /^\/require\/0\/op: There is no operator `less`\. Known here: eq, /,
    ],
    [{ require_approval: 'yes' }, '/require_approval: This has to be true or false or an object.'],
    [{ require_approval: { timeout: '2 minutes' } }, '/require_approval/timeout: Write a time as "90s", "2m" or "1h".'],
    [{ require_approval: { timeout: '25h' } }, '/require_approval/timeout: It may be at most a day, "24h".'],
    [
      { require_approval: { timeOut: '2m' } },
      '/require_approval: `timeout` is missing. + /require_approval/timeOut: There is no key `timeOut` here. Did you mean `timeout`?',
    ],
    [{ require_approval: {} }, '/require_approval: `timeout` is missing.'],
    [{ rate_limit: '10/minutes' }, '/rate_limit: There is no window `minutes`. Did you mean `minute`?'],
    [{ rate_limit: '0/minute' }, /^\/rate_limit: Write it as "10\/minute"/],
    [{ rate_limit: 'often' }, /^\/rate_limit: Write it as "10\/minute"/],
    [{ rate_limit: 10 }, '/rate_limit: This has to be an object or a text.'],
    [{ rate_limit: { max: 10 } }, '/rate_limit: `window` is missing.'],
    [
      { rate_limit: { max: 10, window: 'hours' } },
      '/rate_limit/window: There is no window `hours`. Did you mean `hour`?',
    ],
    [{ rate_limit: { max: 10, window: 0 } }, /^\/rate_limit\/window: This has to be at least 1/],
    [{ rate_limit: { max: 10, window: 99_999_999 } }, '/rate_limit/window: This may be at most 2678400.'],
    [{ rate_limit: { max: 1.5, window: 60 } }, '/rate_limit/max: This has to be a whole number.'],
    [
      { limits: [{ counter: 'c', window: 'minutes', max: 3, scope: 'grant' }] },
      '/limits/0/window: There is no window `minutes`. Did you mean `minute`?',
    ],
    [
      { limits: [{ counter: 'c', window: 60, max: 3 }] },
      '/limits/0/window: There is no window `60`. Write "minute", "hour" or "day".',
    ],
    [
      { limits: [{ counter: 'c', window: 'day', max: 0 }] },
      /^\/limits\/0\/max: This has to be at least 1\. To let no call through, write "action": "deny"\.$/,
    ],
    [{ limits: [{ window: 'day', max: 1 }] }, '/limits/0: `counter` is missing.'],
    [
      { limits: [{ counter: 'c', window: 'day', max: 1, scope: 'session' }] },
      '/limits/0/scope: There is no scope `session`. Did you mean `agent_session`?',
    ],
    [
      { deny_if: [{ condition: [] }] },
      '/deny_if/0/condition: There is no key `condition` here. Did you mean `conditions`?',
    ],
    [{ deny_if: {} }, '/deny_if: This has to be a list.'],
  ])('%j', (rules, problem) => {
    const found = problemsOfRules(rules).join(' + ')
    expect(found).toEqual(like(problem))
  })

  it.each([
    [{ path: 'args.a', op: '<', value: 1 }, '/op: There is no operator `<`. Did you mean `lt`?'],
    [{ path: 'args.a', op: 'starts_with', value: 1 }, /^\/op: There is no operator `starts_with`\. Known here: /],
    [{ path: 'args.a', value: 1 }, ': `op` is missing.'],
    [{ path: 'args.a', op: 'eq' }, ': `value` is missing.'],
    [{ path: 'args.a', op: 'eq', value: [] }, '/value: This has to be a text, a number, true or false or null.'],
    [{ path: 'args.a', op: 'lt', value: '40' }, '/value: This has to be a number.'],
    [{ path: 'args.a', op: 'in', value: 'a' }, '/value: This has to be a list.'],
    [{ path: 'args.a', op: 'in', value: [] }, '/value: This list must not be empty.'],
    [{ path: 'args.a', op: 'exists', value: 'yes' }, '/value: This has to be true or false.'],
    [
      { path: 'args.a', op: 'regex', value: '(' },
      /^\/value: This is not a regular expression that RE2 knows: .*missing closing/,
    ],
    [{ path: 'args.a', op: 'regex', value: '(?!x)' }, /^\/value: This is not a regular expression that RE2 knows/],
    [{ path: 'args.a', op: 'regex', value: 'x'.repeat(1001) }, '/value: This is longer than 1000 characters.'],
    [
      { path: 'args.a', op: 'eq', value: 1, negate: true },
      '/negate: There is no key `negate` here. Known here: path, op, value.',
    ],
    [{ path: 'state.a', op: 'eq', value: 1 }, /^\/path: A path begins with/],
  ])('in a condition: %j', (condition, problem) => {
    const found = problemsOfRules({ deny_if: [{ conditions: [condition] }] }).map((each) =>
      each.replace('/deny_if/0/conditions/0', ''),
    )
    expect(found).toEqual([like(problem)])
  })

  it('is told all at once', () => {
    const policy = `{"version":"1","default":"denied","hidden":[],"hide":["get_*"],
      "tools":{"a":{"limits":[{"counter":"c","window":"minuet","max":3,"scop":"grant"}]},
               "b":{"deny_if":[{"conditions":[{"path":"args.x","op":"regex","value":"["}]}]},
               "b":{"action":"deny"}, "c*":{"action":"bloc"}, "__proto__":{"action":"deny"}}}`
    expect(
      problemsOf(policy)
        .map((problem) => problem.slice(0, problem.indexOf(':')))
        .sort(),
    ).toEqual([
      '/default',
      '/hidden',
      '/hide/0',
      '/tools/__proto__',
      '/tools/a/limits/0/scop',
      '/tools/a/limits/0/window',
      '/tools/b',
      '/tools/c*',
      '/tools/c*/action',
    ])
  })

  it('is a key that is there twice, though JSON takes the last one in silence', () => {
    const text = '{"version":"1","default":"allow","tools":{"send_message":{"action":"deny"},"send_message":{}}}'
    expect(problemsOf(text)).toEqual(['/tools/send_message: This key is there twice. Keep one of the two.'])
  })

  it('is said in one harmless line, however the words were chosen', () => {
    const [problem] = problemsOf({ version: '1', default: 'deny', '\u202Eevil\n\u001B[2J': 1 })
    expect(problem).toContain('`⟨U+202E⟩evil ⟨U+001B⟩[2J`')
  })
})
