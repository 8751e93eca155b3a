/**
 * How long until then, at most, in minutes, or in hours where minutes no longer matter: `12 minutes`. Never none: what is over is not
 * told of. Times are milliseconds since 1970.
 */
export const timeLeft = (until: number, now: number): string => {
  const minutes = Math.max(1, Math.ceil((until - now) / 60_000))
  if (minutes <= 90) return counted(minutes, 'minute')
  return counted(Math.ceil(minutes / 60), 'hour')
}

const counted = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`
