import { z } from 'zod'

/** What Chrome says of itself, in the words that are meant for it; older ones are silent. */
const userAgentData = z.object({ brands: z.array(z.object({ brand: z.string() })), platform: z.string() })

const known = ['Google Chrome', 'Microsoft Edge', 'Brave', 'Opera', 'Vivaldi', 'Chromium']

/** Such as `Google Chrome on Linux`: what the terminal and other browsers call this one, beside its fingerprint. */
export const browserLabel = (data: unknown): string => {
  const parsed = userAgentData.safeParse(data)
  if (!parsed.success) return 'Browser'
  const brands = new Set(parsed.data.brands.map(({ brand }) => brand))
  const name = known.find((one) => brands.has(one)) ?? 'Browser'
  const platform = /^[\w ]{1,20}$/.test(parsed.data.platform) ? ` on ${parsed.data.platform}` : ''
  return `${name}${platform}`
}
