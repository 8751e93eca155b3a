// What each command of run.mjs does, in the order in which it does it. A command gives its exit code.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureBrowser } from './ensure-browser.mjs'
import { handOver } from './hand-over.mjs'
import { install, installPeers } from './install.mjs'
import { root } from './places.mjs'
import { staticChecks } from './static-checks.mjs'
import { StepFailed } from './steps.mjs'
import { runTests } from './tests.mjs'

const cli = join(root, 'companion/dist/cli.js')
const extension = join(root, 'extension/dist/chrome')

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const table = {
  async build() {
    await install()
    await build()
    console.log(`\n  extension  ${extension}\n  companion  ${cli}`)
    return 0
  },

  async check() {
    await install()
    const { failed } = await staticChecks()
    return failed === 0 ? 0 : 1
  },

  async test(args) {
    await install()
    const checks = await staticChecks()
    await build()
    const chromePath = await ensureBrowser()
    const tests = await runTests(args, { ...process.env, CHROME_PATH: chromePath })
    const failed = checks.failed + tests.failed
    console.log(`\n${checks.passed + tests.passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  },

  demo: (args) => runInBrowser('test/demo/demo.ts', args),

  attack: (args) => runInBrowser('test/attack/attack.ts', args),

  async bench(args) {
    await install()
    await build()
    const chromePath = await ensureBrowser()
    await installPeers()
    return handOver([join(root, 'scripts/run-typescript.mjs'), join(root, 'test/bench/bench.ts'), ...args], {
      ...process.env,
      CHROME_PATH: chromePath,
    })
  },

  async start(args) {
    // stdout belongs to the companion (`npm start -- --json`), so all of ours goes to stderr.
    await install(console.error)
    await build(console.error)
    return handOver([cli, 'start', ...args], process.env)
  },
}

/**
 * Sets everything up, and becomes a program that drives what was built, in a real browser.
 * @param {string} path in this checkout
 * @param {string[]} args
 */
async function runInBrowser(path, args) {
  await install()
  await build()
  const chromePath = await ensureBrowser()
  const file = join(root, path)
  if (!existsSync(file)) throw new StepFailed(`This is not in this checkout: ${path}`)
  return handOver([join(root, 'scripts/run-typescript.mjs'), file, ...args], {
    ...process.env,
    CHROME_PATH: chromePath,
  })
}

export const commands = new Map(Object.entries(table))
