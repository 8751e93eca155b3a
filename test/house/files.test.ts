import { basename, dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSources } from './sources.ts'

// One concept a file, and the file is named for it.

const sources = readSources()
const names = sources.map(({ path }) => ({ path, words: basename(path).split('.')[0] ?? '' }))

describe('files', () => {
  test('have at most 300 lines', () => {
    expect(
      sources
        .map(({ path, text }) => `${path}: ${text.trimEnd().split('\n').length}`)
        .filter((line) => lengthIn(line) > 300),
      'It holds more than one concept: give one of them a file and a name of its own.',
    ).toEqual([])
  })

  test('are named in kebab-case, as are their folders', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))*(\.(ts|tsx|mjs))?$/
    expect(
      sources.map(({ path }) => path).filter((path) => path.split('/').some((part) => !kebab.test(part))),
      'Write it in small letters with hyphens: approval-window.ts.',
    ).toEqual([])
  })

  test('are named for what is in them', () => {
    const empty = /^(.*-)?(utils?|helpers?|managers?|misc|common)$/
    expect(
      names
        .filter(
          ({ words, path }) =>
            empty.test(words) ||
            dirname(path)
              .split('/')
              .some((part) => empty.test(part)),
        )
        .map(({ path }) => path),
      'Such a name says nothing: name it for the one thing that it does.',
    ).toEqual([])
  })

  test('are no barrels', () => {
    const onlyPassesOn = (code: string): boolean => {
      const statements = code
        .split(/\n(?=\S)/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
      return (
        statements.length > 0 &&
        statements.every((line) => /^export\s+(type\s+)?(\*|\{[^}]*\})[^=]*\bfrom\s/.test(line))
      )
    }
    expect(
      [
        ...names.filter(({ words }) => words === 'index').map(({ path }) => path),
        ...sources.filter(({ code }) => onlyPassesOn(code)).map(({ path }) => path),
      ],
      'Import each thing from the file that has it, and remove this one.',
    ).toEqual([])
  })
})

function lengthIn(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ')))
}
