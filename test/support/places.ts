import { fileURLToPath } from 'node:url'

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const root = fromHere('../../')
export const builtExtension = fromHere('../../extension/dist/chrome')
export const builtCli = fromHere('../../companion/dist/cli.js')
/** Screenshots; git ignores it. */
export const pictures = fromHere('../pictures')
