import { describe, expect, test } from 'vitest'
import { importsOf, readSources, withoutComments, type Source } from './sources.ts'

// Who may know whom: extension → shared ← companion, and test knows what is shared, the rest from outside only.

const sources = readSources()
const isTest = ({ path }: Source): boolean => /\.test\.tsx?$/.test(path)
const within =
  (...folders: string[]) =>
  ({ path }: Source): boolean =>
    folders.some((folder) => path.startsWith(folder))

/** `file imports name`, for each import of these files that the rule does not let through. */
function breaches(of: (source: Source) => boolean, isWrong: (name: string) => boolean): string[] {
  return sources
    .filter((source) => of(source))
    .flatMap(({ path, imports }) => imports.filter((name) => isWrong(name)).map((name) => `${path} imports ${name}`))
}

function isOf(name: string, ...packages: string[]): boolean {
  return packages.some((each) => name === each || name.startsWith(`${each}/`))
}

describe('packages', () => {
  test.each([
    { home: 'shared', strangers: ['companion', 'extension', 'test', 'scripts'] },
    { home: 'companion', strangers: ['shared', 'extension', 'test', 'scripts'] },
    { home: 'extension', strangers: ['shared', 'companion', 'test', 'scripts'] },
    { home: 'test', strangers: ['shared', 'companion', 'extension'] },
  ])('$home reaches into no other by a path', ({ home, strangers }) => {
    expect(
      breaches(within(`${home}/`), (name) => isOf(name, ...strangers)),
      `Import what is shared as '@countersign/shared/…'; what both ends need belongs into shared/src.`,
    ).toEqual([])
  })

  test('only what is shared is imported by name', () => {
    const others = ['@countersign/companion', '@countersign/extension', '@countersign/test']
    expect(
      breaches(
        () => true,
        (name) => isOf(name, ...others),
      ),
      'Move what both sides need into shared/src, and import it from @countersign/shared.',
    ).toEqual([])
  })

  test('shared imports its own files by their paths', () => {
    expect(
      breaches(within('shared/'), (name) => isOf(name, '@countersign/shared')),
      `Inside of shared write './file.ts', so that a reader can follow it.`,
    ).toEqual([])
  })
})

describe('shared runs anywhere', () => {
  const neutral = (source: Source): boolean => within('shared/src/')(source) && !isTest(source)

  test('it imports nothing of Node and nothing of a browser', () => {
    expect(
      breaches(
        neutral,
        (name) => name.startsWith('node:') || isOf(name, 'webextension-polyfill', 'ws', 'fs', 'crypto'),
      ),
      'Take what you need as a parameter: the companion and the extension pass their own in.',
    ).toEqual([])
  })

  test('it uses neither Buffer, nor process, nor chrome.*', () => {
    const platform = /\b(Buffer|process)\s*[.(]|\bchrome\.[a-z]/
    expect(
      sources.filter((source) => neutral(source) && platform.test(source.code)).map(({ path }) => path),
      'Use Uint8Array, TextEncoder and globalThis.crypto, or take it as a parameter.',
    ).toEqual([])
  })
})

describe('one file for each thing that is easily misused', () => {
  test.each([
    {
      name: '@hpke/core',
      homes: ['shared/src/channel/hpke.ts'],
      why: 'It picks its mode by which parameters are defined.',
    },
    { name: 'libsql', homes: ['companion/src/database/bind.ts'], why: 'Some bindings of it end the process.' },
    {
      name: 're2js',
      homes: ['shared/src/policy/linear-pattern.ts'],
      why: 'Some ways to ask it go a slower road, and its errors are not ours.',
    },
    {
      name: '@modelcontextprotocol/sdk',
      homes: ['companion/src/mcp/', 'companion/src/gateway/', 'test/'],
      why: 'Everything else speaks of calls and answers, and can be tested without it.',
    },
  ])('$name is imported only in $homes', ({ name, homes, why }) => {
    expect(
      breaches(
        (source) => !within(...homes)(source),
        (imported) => isOf(imported, name),
      ),
      `${why} Go through ${homes.join(' or ')}.`,
    ).toEqual([])
  })

  const relay = ['companion/src/relay.ts', 'companion/src/commands/mcp.ts']
  test.each(relay)('%s loads node: modules only, through all that it imports', (start) => {
    const reached = reachableFrom(start)
    expect(
      reached.flatMap(({ path, imports }) =>
        imports
          .filter((name) => !name.startsWith('node:') && !isFile(asFile(name)))
          .map((name) => `${path} imports ${name}`),
      ),
      'Every agent starts the relay, and waits for it: keep packages out of it and of what it imports.',
    ).toEqual([])
  })
})

describe('these checks themselves', () => {
  test('see every way to import, and none in comments', () => {
    const text = `import a from 'a'; export * from "b"; import 'c'; await import('d')
      // import e from 'e'
      /* import f from 'f' */ const url = 'https://g' // from 'h'`
    expect(importsOf(withoutComments(text))).toEqual(['a', 'b', 'c', 'd'])
  })
})

function isFile(name: string): boolean {
  return sources.some(({ path }) => path === name)
}

/** Where `@countersign/shared/x` lies; any other name stays as it is. */
function asFile(name: string): string {
  return name.replace(/^@countersign\/shared\/(.*)$/, 'shared/src/$1.ts')
}

function reachableFrom(start: string): Source[] {
  const reached = new Map<string, Source>()
  const visit = (path: string): void => {
    const source = sources.find((each) => each.path === path)
    if (source === undefined || reached.has(path)) return
    reached.set(path, source)
    source.imports.map(asFile).forEach(visit)
  }
  visit(start)
  return [...reached.values()]
}
