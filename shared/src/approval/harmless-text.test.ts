import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmlessCommand, harmlessPath, harmlessText } from './harmless-text.ts'

const truth: [name: string, raw: string, shown: string][] = [
  ['plain words stay as they are', 'Send the weekly report', 'Send the weekly report'],
  ['a right-to-left override is named', 'save‮gnihton', 'save⟨U+202E⟩gnihton'],
  ['a zero-width space is named', 'ap​prove', 'ap⟨U+200B⟩prove'],
  ['line breaks become one space', 'one\n\n\ntwo\tthree', 'one two three'],
  ['an escape sequence is named', '\u001B[31mred', '⟨U+001B⟩[31mred'],
  ['a filler that looks blank is named', 'aㅤb', 'a⟨U+3164⟩b'],
  ['piled marks are thinned', `a${'̂'.repeat(40)}`, `a${'̂'.repeat(2)}`],
  ['other languages pass', 'Отправить отчёт 送信', 'Отправить отчёт 送信'],
]

describe('harmlessText', () => {
  it.each(truth)('%s', (_name, raw, shown) => expect(harmlessText(raw).text).toBe(shown))

  it('flags a word that mixes scripts, not a text that has words of two', () => {
    expect(harmlessText('pаypal').mixedScripts).toBe(true)
    expect(harmlessText('Upwork и отчёт').mixedScripts).toBe(false)
  })

  it('never gives more than the limit, a line break or an invisible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (raw) => {
        const { text } = harmlessText(raw)
        expect(Array.from(text).length).toBeLessThanOrEqual(200)
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('says when it cut', () => {
    expect(harmlessText('x'.repeat(201)).cut).toBe(true)
    expect(harmlessText('x'.repeat(200)).cut).toBe(false)
  })
})

describe('harmlessPath', () => {
  it.each([
    ['a usual path', '/home/ada/My Files/state.json', '/home/ada/My Files/state.json'],
    ['two spaces', '/a  b', '/a ⟨U+0020⟩b'],
    ['a space at the end', '/a/b ', '/a/b⟨U+0020⟩'],
    ['a space beside a slash', '/a / b', '/a⟨U+0020⟩/⟨U+0020⟩b'],
    ['a line break', '/a\n/b', '/a⟨U+000A⟩/b'],
    ['a space that is none of the usual', '/a\u2003b', '/a⟨U+2003⟩b'],
    ['piled marks', `/a${'\u0302'.repeat(3)}`, `/a${'\u0302'.repeat(2)}⟨U+0302⟩`],
  ])('shows %s as no other path is shown', (_name, raw, shown) => expect(harmlessPath(raw).text).toBe(shown))

  it('shows two paths alike only when they are the same', () => {
    const part = fc.constantFrom('/', ' ', '\n', '\t', 'a', '\u00A0', '\u200B', '\u0302')
    const path = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
    expect(
      fc.check(fc.property(path, path, (a, b) => a === b || harmlessPath(a).text !== harmlessPath(b).text)).failed,
    ).toBe(false)
  })
})

describe('harmlessCommand', () => {
  it.each([
    ['a usual command', 'cat /etc/hosts ./a -- /b', 'cat /etc/hosts ./a -- /b'],
    ['two spaces', "echo 'a  b'", "echo 'a⟨U+0020⟩⟨U+0020⟩b'"],
    ['a space at either end', ' ls ', '⟨U+0020⟩ls⟨U+0020⟩'],
    ['a line break', "echo 'a\nb'", "echo 'a⟨U+000A⟩b'"],
    ['what turns the direction', 'echo \u202Ea', 'echo ⟨U+202E⟩a'],
  ])('shows %s as no other command is shown', (_name, raw, shown) => expect(harmlessCommand(raw).text).toBe(shown))

  it('shows two commands alike only when they are the same, and says where one is cut', () => {
    const part = fc.constantFrom('/', ' ', '\n', '\t', 'a', '\u00A0', '\u200B', '\u0302', "'")
    const command = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
    const differ = fc.property(
      command,
      command,
      (a, b) => a === b || harmlessCommand(a).text !== harmlessCommand(b).text,
    )
    expect(fc.check(differ).failed).toBe(false)
    expect([4096, 4097].map((length) => harmlessCommand('a'.repeat(length)).cut)).toEqual([false, true])
  })
})
