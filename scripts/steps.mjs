import { spawn } from 'node:child_process'
import { root } from './places.mjs'

/**
 * @typedef {(line: string) => void} Say
 * @typedef {{ env?: NodeJS.ProcessEnv, cwd?: string, shell?: boolean }} Options
 */

/** A step did not work out, and the person has been told why. Anything else that is thrown is a fault of ours. */
export class StepFailed extends Error {}

/**
 * Runs one command and prints one line for it. Its output is kept, and shown only when it fails.
 * @param {string} title
 * @param {string} file
 * @param {string[]} args
 * @param {Options & { say?: Say }} options
 */
export async function step(title, file, args, { say = console.log, ...options } = {}) {
  const { ok, output, took } = await quietly(file, args, options)
  say(line(ok, title, took))
  if (!ok) throw new StepFailed(`\n${output.trimEnd()}\n\n${title}: failed. The reason stands above.`)
}

/**
 * Like `step`, for those of which the next may run although this one failed.
 * @param {string} title
 * @param {string} file
 * @param {string[]} args
 */
export async function check(title, file, args) {
  const { ok, output, took } = await quietly(file, args)
  console.log(line(ok, title, took))
  if (!ok) console.log(`\n${output.trim()}\n`)
  return ok
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Options} options
 */
async function quietly(file, args, { env = process.env, cwd = root, shell = false } = {}) {
  const began = performance.now()
  // Tools judge by their own stdout, which is a pipe here; what counts is where the person reads.
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }
  const child = spawn(file, args, { cwd, env: { ...env, ...colour }, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
  child.stderr.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
  /** @type {boolean} */
  const ok = await new Promise((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${file}: ${error.message}\n`))
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
  return { ok, output: Buffer.concat(chunks).toString(), took: performance.now() - began }
}

/**
 * @param {boolean} ok
 * @param {string} title
 * @param {number} milliseconds
 */
function line(ok, title, milliseconds) {
  const time = `${(milliseconds / 1000).toFixed(1)} s`
  return `  ${ok ? '✓' : '✗'} ${title.padEnd(44)} ${time.padStart(8)}`
}
