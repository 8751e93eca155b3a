/** Text of a stranger, fit to be shown on one line: nothing in it can move, hide or reverse what stands around it. */
export type HarmlessText = {
  readonly text: string
  /** True when the text was longer than the limit. */
  readonly cut: boolean
  /** True when one word mixes scripts, as a look-alike does. */
  readonly mixedScripts: boolean
}

// Everything that has no width, steers direction, or breaks the line: control, format, surrogate, private use, unassigned,
// line and paragraph separators; then marks that pile up on one letter, blank-looking fillers and variation selectors.
const unsafe =
  /[\p{C}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{2800}]|\u{034F}|[\u{FE00}-\u{FE0F}]|[\u{E0100}-\u{E01EF}]/gu
const piledMarks = /(\p{M}{2})\p{M}+/gu
const strangeSpaces = /[\p{Zs}\t\n\r]+/gu

const visible = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`

const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]

const mixes = (word: string): boolean => scripts.filter((script) => script.test(word)).length > 1

/**
 * @param limit how many characters (code points) of the result are shown at most
 */
export const harmlessText = (raw: string, limit = 200): HarmlessText => {
  const oneLine = raw.replace(strangeSpaces, ' ').trim()
  return within(limit, oneLine.replace(unsafe, visible).replace(piledMarks, '$1'), oneLine)
}

// Besides what is unsafe: our own sign for it, spaces but the usual one, that one where it can't be seen, and piled marks.
const ambiguous = (unseenSpace: string) =>
  new RegExp(`${unsafe.source}|⟨|(?! )\\p{Zs}|${unseenSpace}|(?<=\\p{M}{2})\\p{M}`, 'gu')
const ambiguousInPath = ambiguous('(?<![^ /\\\\]) | (?![^/\\\\])')
const ambiguousInCommand = ambiguous('(?<![^ ]) | (?![^ ])')

/** A path, for which a space more or less is another place: nothing is left out or made one, all that can't be seen is spelled out. */
export const harmlessPath = (raw: string, limit = 4096): HarmlessText =>
  within(limit, raw.replace(ambiguousInPath, visible), raw)

/** The same for a command, in which single spaces stand between words, whatever those begin and end with. */
export const harmlessCommand = (raw: string, limit = 4096): HarmlessText =>
  within(limit, raw.replace(ambiguousInCommand, visible), raw)

const within = (limit: number, shown: string, raw: string): HarmlessText => {
  const characters = Array.from(shown)
  const cut = characters.length > limit
  return {
    text: cut ? `${characters.slice(0, limit - 1).join('')}…` : shown,
    cut,
    mixedScripts: raw.split(/[^\p{L}\p{M}\p{N}]+/u).some(mixes),
  }
}
