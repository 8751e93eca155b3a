import { join } from 'node:path'
import { build } from 'vite'
import { root } from './places.ts'

/** Bundles one script of an extension that a story makes up, into this folder, as the real one's worker is bundled. */
export async function bundleScript(source: string, folder: string, name: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias: { crypto: join(root, 'extension/src/background/no-node-crypto.ts') } },
    build: {
      target: 'chrome130',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: source,
        output: { format: 'es', codeSplitting: false, entryFileNames: name },
      },
    },
  })
}
