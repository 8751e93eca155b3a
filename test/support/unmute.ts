import { z } from 'zod'
import { until } from './until.ts'
import type { World } from './world.ts'

const agents = z.array(z.looseObject({ label: z.string(), mutedUntil: z.iso.datetime().nullable() }))

/** Lets every agent be heard again, for a story in which she says no more often than one agent may hear: by her click in the popup. */
export async function unmuteAll({ companion, extension, tab }: World): Promise<void> {
  const listed = agents.parse(JSON.parse((await companion.run(['agents', 'list', '--json'])).stdout))
  for (const { label } of listed.filter(({ mutedUntil }) => mutedUntil !== null)) {
    await using popup = await extension.openPopup(tab)
    await popup.press(`Unmute ${label}`)
    await until(`${label} is heard again`, () => popup.find('button', `Mute ${label}`))
  }
}
