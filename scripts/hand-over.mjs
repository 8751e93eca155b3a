import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './places.mjs'

/**
 * Becomes another node program, as far as anyone outside can tell: same streams, signals passed on, its exit code.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function handOver(args, env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us; passed on it would arrive twice, and twice means "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    })
  }
  const watch = process.env['npm_lifecycle_event'] === undefined ? undefined : watchParent(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

/**
 * npm puts a shell between itself and us, and a SIGTERM to npm ends that shell without a word to us.
 * @param {() => void} gone
 */
function watchParent(gone) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone()
  }, 500)
  return timer
}
