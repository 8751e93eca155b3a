// What can be known without running anything: types, lint, format, unused code. All of them run, whichever fails.

import { packages, tools } from './places.mjs'
import { check } from './steps.mjs'

export async function staticChecks() {
  const checks = [
    ...[...packages, 'scripts'].map((name) => ({
      title: `types of ${name}`,
      file: tools.tsc,
      args: ['-p', name],
    })),
    { title: 'lint', file: tools.oxlint, args: ['--type-aware', '--quiet'] },
    { title: 'format', file: tools.oxfmt, args: ['--check'] },
    { title: 'nothing unused', file: tools.knip, args: ['--no-progress'] },
  ]
  let passed = 0
  for (const { title, file, args } of checks) {
    if (await check(title, process.execPath, [file, ...args])) passed += 1
  }
  return { passed, failed: checks.length - passed }
}
