import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

// What ships a native part, or asks for one that need not be there, stays a package; all else becomes part of the file.
const external = ['libsql', '@napi-rs/keyring', 'bufferutil', 'utf-8-validate']

export default defineConfig({
  // The relay is an entry of its own: what `countersign mcp` loads must be a file with node: modules and nothing else.
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: {
      input: { cli: 'src/cli.ts', relay: 'src/relay.ts' },
      external,
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // With all that they import, in one file: each further one would cost every agent's start a millisecond.
        codeSplitting: { groups: [{ name: 'mcp', test: /src[\\/](commands[\\/]mcp|relay)\.ts$/ }] },
        banner: (chunk) => (chunk.name === 'cli' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
  ssr: { noExternal: true, external },
  plugins: [executable('cli.js')],
})

function executable(file: string): Plugin {
  return {
    name: 'countersign:executable',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      await chmod(join(dir, file), 0o755)
    },
  }
}
