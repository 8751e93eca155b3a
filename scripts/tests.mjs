import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, toolFile } from './places.mjs'

/**
 * Runs the unit tests, then the stories: one after the other, since a story starts browsers and must not compete with
 * a hundred small tests for the machine. `args` go to vitest: file names, or any of its own flags.
 */
export async function runTests(args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-results-'))
  try {
    const all = []
    for (const project of ['unit', 'stories']) {
      const file = join(folder, `${project}.json`)
      console.log(project === 'unit' ? '\n  Unit tests' : '\n  Stories, with real browsers and processes')
      const code = await vitest(['--project', project, `--outputFile.json=${file}`, ...args], env)
      all.push(countOf(file, code))
    }
    const [passed, failed] = [total(all, 'passed'), total(all, 'failed')]
    if (passed + failed > 0) return { passed, failed }
    console.log(`No test matches ${args.join(' ')}.`)
    return { passed, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function vitest(args, env) {
  const fixed = [toolFile('vitest'), 'run', '--passWithNoTests', '--reporter=default', '--reporter=json']
  const child = spawn(process.execPath, [...fixed, ...args], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

function countOf(file, code) {
  const { passed, failed } = readResults(file)
  // A worker that died or an error after the last test fails the run, though no test says so.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed }
}

function readResults(file) {
  let results
  try {
    results = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 0 }
  }
  // A file that cannot even be loaded has no tests that could fail: it counts as one.
  const broken = results.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0)
  return { passed: results.numPassedTests, failed: results.numFailedTests + broken.length }
}

function total(counts, key) {
  return counts.reduce((sum, count) => sum + count[key], 0)
}
