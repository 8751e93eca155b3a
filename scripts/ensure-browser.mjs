import { existsSync } from 'node:fs'
import { findBrowser } from './find-browser.mjs'
import { StepFailed, step } from './steps.mjs'

/** The path of a browser that the demo and the tests can drive; where there is none, one is installed or asked for. */
export async function ensureBrowser() {
  const found = findBrowser()
  if (found !== undefined) return found
  const chosen = process.env['CHROME_PATH']
  if (chosen) {
    throw new StepFailed(`CHROME_PATH names ${chosen}, which is no program that can be started.`)
  }

  const none = 'There is no Chromium, Chrome, Edge or Brave here, and this needs a real browser.'
  if (!isDebianRoot()) throw new StepFailed(`${none}\n${remedy()}`)
  if (process.env['COUNTERSIGN_SETUP'] === 'none') {
    throw new StepFailed(`${none} COUNTERSIGN_SETUP=none forbids installing one.\n${remedy()}`)
  }
  console.log(`  ${none}\n  Installing the package chromium (COUNTERSIGN_SETUP=none forbids it).`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await step('apt-get update', 'apt-get', ['update', '-q'], { env })
  await step('apt-get install chromium', 'apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
  })

  const installed = findBrowser()
  if (installed === undefined) throw new StepFailed('The package chromium is installed, but its program is not found.')
  return installed
}

function isDebianRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
}

function remedy() {
  const linux = existsSync('/usr/bin/apt-get') ? 'sudo apt-get install chromium' : 'install the package chromium'
  const known = new Map([
    ['darwin', 'brew install --cask chromium'],
    ['win32', 'winget install Google.Chrome'],
  ])
  return `Do this, then run the same command again:  ${known.get(process.platform) ?? linux}\n(or set CHROME_PATH to the program of one that you have)`
}
