// The one door for people and machines: node scripts/run.mjs build|check|test|attack|bench|demo|start [arguments]
// Plain JavaScript and node: modules only, so that it runs before anything is installed.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Countersign needs Node 20.19 or newer; this is Node ${process.versions.node}.`)
  console.error('Install a newer one from https://nodejs.org, then run the same command again.')
  process.exit(1)
}

// Only now: these files use what an older Node does not know.
const { commands } = await import('./commands.mjs')
const { StepFailed } = await import('./steps.mjs')

const [name = '', ...args] = process.argv.slice(2)
const command = commands.get(name)

if (command === undefined) {
  console.error(`Usage: node scripts/run.mjs ${[...commands.keys()].join('|')} [arguments]`)
  process.exitCode = 2
} else {
  try {
    process.exitCode = await command(args)
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    console.error(error.message)
    // Whoever counts the tests finds a count even where it never came to them.
    if (name === 'test') console.log('\n0 passed, 1 failed')
    process.exitCode = 1
  }
}
