// Runs one TypeScript file of the workspace on a Node that knows no TypeScript: node run-typescript.mjs FILE [arguments]
// The file sees its own arguments in process.argv, as if it had been started itself.

import { runnerImport } from 'vite'

const [file = '', ...args] = process.argv.slice(2)
process.argv = [process.execPath, file, ...args]
await runnerImport(file)
