import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleScript } from '../support/bundle-script.ts'

const manifest = {
  manifest_version: 3,
  name: 'Vectors of the channel',
  version: '1.0.0',
  background: { service_worker: 'service-worker.js', type: 'module' },
}

/** Builds an extension of nothing but the channel's vectors into this folder, bundled as the real one's worker is. */
export async function buildChannelExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  await bundleScript(fileURLToPath(new URL('./service-worker.ts', import.meta.url)), folder, 'service-worker.js')
}
