// What can be known without running anything: types, lint, format, unused code. All of them run, whichever fails.

import { packages, toolFile } from './places.mjs'
import { check } from './steps.mjs'

export async function staticChecks() {
  const checks = [
    ...packages.map((name) => [`types of ${name}`, 'typescript', 'tsc', ['-p', name]]),
    ['lint', 'oxlint', 'oxlint', ['--type-aware', '--quiet']],
    ['format', 'oxfmt', 'oxfmt', ['--check']],
    ['nothing unused', 'knip', 'knip', ['--no-progress']],
  ]
  let passed = 0
  for (const [title, packageName, command, args] of checks) {
    if (await check(title, process.execPath, [toolFile(packageName, command), ...args])) passed += 1
  }
  return { passed, failed: checks.length - passed }
}
