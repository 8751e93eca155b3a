import { expect, test } from 'vitest'
import { bearerIn } from './bearer.ts'

test.each<[readonly string[], string | undefined]>([
  [['Authorization', 'Bearer csg_abc-_1'], 'csg_abc-_1'],
  [['authorization', 'bearer csg_abc'], 'csg_abc'],
  [['AUTHORIZATION', 'Bearer   csg_abc'], 'csg_abc'],
  [[], undefined],
  [['authorization', ''], undefined],
  [['authorization', 'Bearer'], undefined],
  [['authorization', 'Bearer '], undefined],
  [['authorization', 'Basic csg_abc'], undefined],
  [['authorization', 'csg_abc'], undefined],
  [['authorization', 'Bearer csg_abc, Bearer csg_def'], undefined],
  [['authorization', 'Bearer csg abc'], undefined],
  [['authorization', `Bearer ${'a'.repeat(201)}`], undefined],
  [['authorization', 'Bearer csg_abc', 'Authorization', 'Bearer csg_abc'], undefined],
  // The value of another header that is named like it.
  [['x', 'authorization', 'Bearer csg_abc', 'y'], undefined],
])('%j is from %s', (rawHeaders, token) => {
  expect(bearerIn(rawHeaders)).toBe(token)
})
