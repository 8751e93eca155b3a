import { openBinding } from '../database/bind.ts'

/** Feeds a value of every type to both ways into the database, and tells how each fared; run in a process of its own. */
const values: Record<string, () => unknown> = {
  text: () => 'a',
  whole: () => 7,
  fraction: () => 1.5,
  bytes: () => new Uint8Array([1, 2]),
  buffer: () => Buffer.from('a'),
  null: () => null,
  true: () => true,
  undefined: () => undefined,
  bigint: () => 1n,
  nan: () => Number.NaN,
  infinity: () => Infinity,
  huge: () => 2 ** 60,
  nul: () => 'a\0b',
  half: () => '\uD800',
  symbol: () => Symbol('a'),
  function: () => () => 1,
  date: () => new Date(),
  array: () => [['a']],
  object: () => ({ a: 1 }),
  map: () => new Map(),
  arrayBuffer: () => new ArrayBuffer(2),
  dataView: () => new DataView(new ArrayBuffer(2)),
  floats: () => new Float32Array(2),
  url: () => new URL('http://a/'),
  promise: () => Promise.resolve(1),
  error: () => new Error('a'),
  regexp: () => /a/,
}

const binding = openBinding(':memory:')
binding.execute('create table t (x any) strict')
const ways: Record<string, (params: never) => unknown> = {
  query: (params) => binding.query('select ? as x', params),
  change: (params) => binding.change('insert into t values (?)', params),
  // What stands in place of the array itself.
  alone: (params) => binding.query('select ? as x', params[0]),
}

const outcomeOf = (act: () => unknown): string => {
  try {
    act()
    return 'taken'
  } catch (thrown) {
    return thrown instanceof TypeError ? 'refused' : String(thrown)
  }
}

for (const [type, make] of Object.entries(values)) {
  for (const [way, use] of Object.entries(ways)) {
    // The types forbid all this, which is the point: what comes from outside has no types.
    const outcome = outcomeOf(() => Reflect.apply(use, undefined, [[make()]]))
    console.log(`${type} ${way} ${outcome}`)
  }
}
