import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { builtExtension } from './places.ts'
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts'

const manifest = z.looseObject({
  permissions: z.array(z.string()),
  host_permissions: z.array(z.string()),
  externally_connectable: z.unknown(),
})
export type Manifest = z.output<typeof manifest>

export async function builtManifest(): Promise<Manifest> {
  return manifest.parse(JSON.parse(await readFile(join(builtExtension, 'manifest.json'), 'utf8')))
}

/** The built extension in a folder of its own, with another manifest and all else as it was. */
export async function copyWithManifest(change: (built: Manifest) => object): Promise<TemporaryFolder> {
  const folder = await temporaryFolder('extension')
  await cp(builtExtension, folder.path, { recursive: true })
  await writeFile(join(folder.path, 'manifest.json'), JSON.stringify(change(await builtManifest())))
  return folder
}
