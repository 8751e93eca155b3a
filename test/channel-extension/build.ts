import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { root } from '../support/places.ts'

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
  await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: { crypto: join(root, 'extension/src/background/no-node-crypto.ts') } },
    build: {
      target: 'chrome130',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('./service-worker.ts', import.meta.url)),
        output: { format: 'es', codeSplitting: false, entryFileNames: 'service-worker.js' },
      },
    },
  })
}
