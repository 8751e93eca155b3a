import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../testing/temp-folder.ts'
import { thrownBy } from '../testing/thrown-by.ts'
import { findProgram } from './find-program.ts'

const set = () => {
  const [first, second] = [tempFolder(), tempFolder()]
  const put = (path: string, mode = 0o755) => {
    writeFileSync(path, '#!/bin/sh\n')
    chmodSync(path, mode)
  }
  const find = (name: string) =>
    findProgram(name, { env: { PATH: `${first}:/no/such/folder:${second}` }, platform: 'linux' })
  return { first, second, put, find }
}

it('is found where the system would find it: the first on the path that may be run', () => {
  const { first, second, put, find } = set()
  put(join(second, 'scrape'))
  mkdirSync(join(first, 'scrape'))
  expect(find('scrape')).toBe(join(second, 'scrape'))
  expect(find(join(second, 'scrape'))).toBe(join(second, 'scrape'))
})

it('is none when nothing of that name may be run, also where it is named by its place', () => {
  const { first, put, find } = set()
  put(join(first, 'text'), 0o644)
  for (const name of ['text', 'missing', join(first, 'text'), './missing', first, '']) {
    expect(thrownBy(() => find(name))).toMatchObject({ code: 'command_failed' })
  }
})
