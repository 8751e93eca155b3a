const steps = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [Number.POSITIVE_INFINITY, 'day'],
] as const

/** How long ago, in one number and one word: `3 hours ago`. */
export const ago = (at: string, now: number): string => {
  let amount = Math.max(0, Math.floor((now - Date.parse(at)) / 1000))
  for (const [size, unit] of steps) {
    if (amount < size) return unit === 'second' ? 'just now' : `${amount} ${unit}${amount === 1 ? '' : 's'} ago`
    amount = Math.floor(amount / size)
  }
  return at
}
