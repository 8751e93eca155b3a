import { describe, expect, it, test } from 'vitest'
import { parseBoundedJson } from './bounded-json.ts'

describe('JSON from outside', () => {
  test.each([
    '{"id":1,"params":{"list":[1,2.5e3,true,null,"x"]}}',
    String.raw`"brackets [[[{{{ and \" quotes, and a last \\"`,
    String.raw`["\\","[",{"\"[":"]"}]`,
    ' [ ] ',
    '{}',
    '0',
  ])('is what JSON.parse makes of it: %s', (text) => {
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text))
  })

  it('nests 64 levels, and not one more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(parseBoundedJson(nested(64))).toBeInstanceOf(Array)
    expect(() => parseBoundedJson(nested(65))).toThrow(SyntaxError)
    expect(() => parseBoundedJson('{"a":'.repeat(65))).toThrow(SyntaxError)
  })

  it('has as many values as it may, and not one more', () => {
    expect(parseBoundedJson('[1,2,3]', { values: 4 })).toEqual([1, 2, 3])
    expect(() => parseBoundedJson('[1,2,3,4]', { values: 4 })).toThrow(SyntaxError)
    expect(parseBoundedJson('{"a":[{},"b,c"]}', { values: 4 })).toEqual({ a: [{}, 'b,c'] })
    expect(() => parseBoundedJson('{"a":[{},"b,c",0]}', { values: 4 })).toThrow(SyntaxError)
  })

  it('has no object of more than ten thousand members', () => {
    const object = (members: number) => `{${Array.from({ length: members }, (_, at) => `"${at}:":[{}]`).join(',')}}`
    expect(parseBoundedJson(`[${object(10_000)},${object(10)}]`)).toHaveLength(2)
    expect(() => parseBoundedJson(object(10_001))).toThrow(SyntaxError)
  })

  test.each(['', '{', '[1,]', '"open', '"open\\', String.raw`"open\"`, '\u0000', '{"a":1}}', ']', 'nul'])(
    'that is none is none: %j',
    (text) => {
      expect(() => parseBoundedJson(text)).toThrow(SyntaxError)
    },
  )

  it('says nothing of the text when it throws for its size', () => {
    expect(() => parseBoundedJson('["canary",'.repeat(100))).toThrow(/^This JSON is nested too deep\.$/)
  })
})
