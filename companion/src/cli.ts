import { fileURLToPath } from 'node:url'
import { thisMachine } from './machine.ts'

/**
 * argv → command → exit code. An MCP client starts `mcp` and waits for it, so nothing but `node:` modules may be loaded
 * before the relay runs: every import of another command stands behind this one's.
 */
const args = process.argv.slice(2)
const cli = fileURLToPath(import.meta.url)

if (args[0] === 'mcp') {
  const { mcp } = await import('./commands/mcp.ts')
  process.exitCode = await mcp(args.slice(1), cli, thisMachine())
} else {
  const { runProgram } = await import('./commands/program.ts')
  process.exitCode = await runProgram(args, cli, thisMachine())
}
