// Runs one TypeScript file of the workspace on a Node that knows no TypeScript: node run-typescript.mjs FILE [arguments]
// The file sees its own arguments in process.argv, as if it had been started itself.

import { runnerImport } from 'vite'
import { root } from './places.mjs'

const [file = '', ...args] = process.argv.slice(2)
process.argv = [process.execPath, file, ...args]
// `await using` and whatever else the oldest Node that we support has not learned is written out for it.
await runnerImport(file, { root, configFile: false, oxc: { target: 'node20' } })
