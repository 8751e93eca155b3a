import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonKeys } from './json-keys.ts'
import { jsonPointer } from './json-pointer.ts'

const pointersIn = (text: string) => jsonKeys(text).map(({ pointer, again }) => (again ? `${pointer} again` : pointer))

it.each([
  ['{"a":1,"b":{"c":[{"d":2},{"d":3}],"a":4}}', ['/a', '/b', '/b/c', '/b/c/0/d', '/b/c/1/d', '/b/a']],
  ['{"a":1,"b":2,"a":3}', ['/a', '/b', '/a again']],
  [String.raw`{"deny":{},"d\u0065ny":{}}`, ['/deny', '/deny again']],
  [String.raw`{"a\"{[,":"}],","b/~":["\\"]}`, ['/a"{[,', '/b~1~0']],
  ['[[{"a":[]}],[1,2,{"a":null}]]', ['/0/0/a', '/1/2/a']],
  ['{"__proto__":{"__proto__":1,"__proto__":2}}', ['/__proto__', '/__proto__/__proto__', '/__proto__/__proto__ again']],
  ['"{"', []],
  ['[]', []],
])('%s has the keys %j', (text, pointers) => {
  expect(pointersIn(text)).toEqual(pointers)
})

const keysOf = (value: unknown, path: readonly (string | number)[] = []): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key]
    return Array.isArray(value) ? keysOf(inner, here) : [jsonPointer(here), ...keysOf(inner, here)]
  })
}

it('finds what JSON.parse finds, in whichever way the text is written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      expect(pointersIn(JSON.stringify(value, null, indent)).sort()).toEqual(keysOf(value).sort())
    }),
    { numRuns: 2000 },
  )
})
