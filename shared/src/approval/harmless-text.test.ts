import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmlessText } from './harmless-text.ts'

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
        expect([...text].length).toBeLessThanOrEqual(200)
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('says when it cut', () => {
    expect(harmlessText('x'.repeat(201)).cut).toBe(true)
    expect(harmlessText('x'.repeat(200)).cut).toBe(false)
  })
})
