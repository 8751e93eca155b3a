/**
 * What the patterns of a policy may cost together. A pattern is compiled before anybody has accepted it, and `a{1000}` becomes a thousand
 * steps: of such, a file has room for so many that reading it would keep the companion from everything else for minutes.
 */
export const mostPatternCost = 100_000

/** No fewer than the steps that compiling a pattern takes: for each character, as often as what is counted around it can repeat it. */
export const patternCost = (source: string): number => {
  const counts = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Number(most || least))
  const times = counts.reduce((product, count) => Math.min(mostRepeats, product * Math.max(1, count)), 1)
  return source.length * times + classesIn(source)
}

/**
 * What classes cost besides. Where case does not count, RE2 goes through each range letter by letter, and `[é-𞥀]` has over a hundred
 * thousand of them; a class of Unicode's is a long list anyway.
 */
const classesIn = (source: string): number => {
  const ranges = /\(\?[a-zA-Z]*i/.test(source) ? [...source.matchAll(/-(?:\\|[^\0-\x7f])/gu)].length : 0
  return ranges * wideRange + [...source.matchAll(/\\p/gi)].length * unicodeClass
}
const wideRange = 1000
const unicodeClass = 60

/** RE2 takes no pattern in which anything is counted more often, one count within another. */
const mostRepeats = 1000

/** The cost of all that looks like a pattern, anywhere in a value that was JSON. */
export const patternCostIn = (value: unknown): number => {
  const waiting = [value]
  let cost = 0
  // In turn, and not by calls within calls: a file may be nested deeper than those can be.
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if ('op' in next && next.op === 'regex' && 'value' in next && typeof next.value === 'string') {
      cost += patternCost(next.value)
    }
    for (const below of Object.values(next)) if (typeof below === 'object') waiting.push(below)
  }
  return cost
}
