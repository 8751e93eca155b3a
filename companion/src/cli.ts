import { fileURLToPath } from 'node:url'
import { mcp } from './commands/mcp.ts'
import { thisMachine } from './machine.ts'

/**
 * argv → command → exit code. An MCP client starts `mcp` and waits for it, so nothing but `node:` modules may be loaded
 * before the relay runs. It is imported like any file, since a first `import()` alone takes 5 ms; all else is loaded by need.
 */
const args = process.argv.slice(2)
const cli = fileURLToPath(import.meta.url)

if (args[0] === 'mcp') {
  process.exitCode = await mcp(args.slice(1), cli, thisMachine())
} else {
  const { runProgram } = await import('./commands/program.ts')
  process.exitCode = await runProgram(args, cli, thisMachine())
}
