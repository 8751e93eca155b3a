import type { Surface } from '../support/surface.ts'
import { until } from '../support/until.ts'
import type { Tour } from './stage.ts'

/** What she has before her when this button can be pressed: a picture of it, and a moment to look. */
export async function beforePress(
  { album, look }: Tour,
  surface: Surface,
  button: string,
  picture: string,
  schemes: readonly ('light' | 'dark')[] = ['light'],
): Promise<void> {
  await until(`"${button}" can be pressed`, () => surface.isEnabled(button))
  for (const scheme of schemes) {
    await album.take(surface.page, scheme === 'light' ? picture : `${picture}-${scheme}`, scheme)
  }
  await look()
}
