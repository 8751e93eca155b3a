import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, tools } from './places.mjs'

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * Runs the unit tests, then the stories: one after the other, since a story starts browsers and must not compete with
 * a hundred small tests for the machine.
 * @param {string[]} args for vitest: file names, or any of its own flags
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Counts>}
 */
export async function runTests(args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-counts-'))
  try {
    console.log('\n  Unit tests')
    const unit = await runProject('unit', args, env, join(folder, 'unit.json'))
    console.log('\n  Stories, with real browsers and processes')
    const stories = await runProject('stories', args, env, join(folder, 'stories.json'))

    const passed = unit.passed + stories.passed
    const failed = unit.failed + stories.failed
    if (passed + failed > 0) return { passed, failed }
    console.log(`There is no test for: ${args.join(' ')}`)
    return { passed, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} project
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} file where the counts go
 * @returns {Promise<Counts>}
 */
async function runProject(project, args, env, file) {
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/count-reporter.mjs')}`]
  const child = spawn(
    process.execPath,
    [tools.vitest, 'run', '--project', project, '--passWithNoTests', ...reporters, ...args],
    { cwd: root, env: { ...env, COUNTERSIGN_COUNTS: file }, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  /** @type {number | null} */
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const counts = readCounts(file)
  // vitest may also fail as a whole, before or after all tests.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/**
 * @param {string} file
 * @returns {Counts}
 */
function readCounts(file) {
  try {
    const [passed = 0, failed = 0] = readFileSync(file, 'utf8').split(' ').map(Number)
    return { passed, failed }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
