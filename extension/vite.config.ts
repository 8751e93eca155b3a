import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crx } from '@crxjs/vite-plugin'
import { build, defineConfig, type Plugin, type UserConfig } from 'vite'
import { z } from 'zod'
import { manifest, worker } from './manifest.config.ts'

const { background, ...pages } = manifest

/** Both builds: the pages' and the worker's. */
const common = (): UserConfig => ({
  resolve: {
    // The HPKE library asks Node for its crypto by `import("crypto")`, which a service worker may not even contain.
    alias: { crypto: fileURLToPath(new URL('src/background/no-node-crypto.ts', import.meta.url)) },
  },
  build: {
    target: 'chrome130',
    outDir: 'dist/chrome',
    emptyOutDir: true,
    modulePreload: false,
  },
  plugins: [withoutCodeFromText()],
})

export default defineConfig({
  ...common(),
  plugins: [...(common().plugins ?? []), crx({ manifest: pages }), workerInOneFile()],
})

/** zod can compile its parsers with `Function`. We turn that off at run time, too; here it is taken out of the bundle. */
function withoutCodeFromText(): Plugin {
  const compiles = /\/zod\/v4\/core\/(doc|util)\.js$/
  const constructor = 'const F = Function;'
  return {
    name: 'countersign:without-code-from-text',
    transform(code, id) {
      if (!compiles.test(id)) return null
      // When an update of zod words this differently, the build has to say so.
      if (!code.includes(constructor)) throw new Error(`${id} has changed: look where it uses Function now`)
      return { code: code.replaceAll(constructor, 'const F = undefined;'), map: null }
    },
  }
}

/** Builds the worker beside the pages, and names it in the manifest that the pages' build has written. */
function workerInOneFile(): Plugin {
  let root = '.'
  return {
    name: 'countersign:worker-in-one-file',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      root = config.root
    },
    async writeBundle({ dir = '.' }) {
      const written = join(dir, 'manifest.json')
      const pagesAlone = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(written, 'utf8')))
      await writeFile(written, `${JSON.stringify({ ...pagesAlone, background }, null, 2)}\n`)
      await writeFile(join(dir, worker.file), await bundleOf(root))
    },
  }
}

async function bundleOf(root: string): Promise<string> {
  const { build: options, ...rest } = common()
  const built = await build({
    ...rest,
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ...options,
      write: false,
      rolldownOptions: { input: worker.source, output: { format: 'es', codeSplitting: false } },
    },
  })
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []))
  const [file, ...more] = outputs
  if (file?.type !== 'chunk' || more.length > 0) throw new Error('The worker has to be one file')
  return file.code
}
