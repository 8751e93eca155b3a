import { describe, expect, test } from 'vitest'
import type { Row } from './measure.ts'
import { judge, tableOf } from './report.ts'
import { median, quantile } from './statistics.ts'

describe('samples', () => {
  test('have the value in their middle as median, whatever their order', () => {
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(median([7])).toBe(7)
    expect(median([])).toBeNaN()
  })

  test('have quantiles between their neighbours, in proportion', () => {
    expect(quantile([10, 0], 0.1)).toBe(1)
    expect(quantile([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9)
  })
})

describe('an aim', () => {
  const peer: Row = { what: 'peer', unit: 'ms', samples: [10, 20, 30] }
  const ours = (samples: readonly number[], aim: Row['aim']): Row => ({
    what: 'ours',
    unit: 'ms',
    samples,
    against: 'peer',
    ...(aim === undefined ? {} : { aim }),
  })
  const met = (row: Row): boolean | undefined => judge({ how: [], rows: [peer, row] })[1]?.aim?.met

  test('for the ratio looks at both medians', () => {
    expect(met(ours([10, 10, 99], { of: 'ratio', atMost: 0.5 }))).toBe(true)
    expect(met(ours([10, 11, 11], { of: 'ratio', atMost: 0.5 }))).toBe(false)
  })

  test('for the median looks at nothing else', () => {
    expect(met(ours([1, 45, 99], { of: 'median', atMost: 45 }))).toBe(true)
    expect(met(ours([1, 45.1, 99], { of: 'median', atMost: 45 }))).toBe(false)
  })

  test('is told in words', () => {
    const [, row] = judge({ how: [], rows: [peer, ours([11], { of: 'ratio', atMost: 0.5 })] })
    expect(row).toMatchObject({ median: 11, ratio: 0.55, against: 'peer' })
    expect(tableOf(row === undefined ? [] : [row])).toMatch(/ours +11\.0 ms +0\.55 x +✗ missed: at most 0\.5 x$/)
  })
})

test('a row without a sample, or beside one that is not there, is a fault', () => {
  expect(() => judge({ how: [], rows: [{ what: 'empty', unit: 'ms', samples: [] }] })).toThrow('has no sample')
  expect(() => judge({ how: [], rows: [{ what: 'lost', unit: 'ms', samples: [1], against: 'gone' }] })).toThrow('gone')
})
