import { spawn } from 'node:child_process'
import { root } from './places.mjs'

/** A step did not work out, and the person has been told why. Anything else that is thrown is a fault of ours. */
export class StepFailed extends Error {}

/** Runs one command and prints one line for it. Its output is kept, and shown only when it fails. */
export async function step(title, file, args, { say = console.log, ...options } = {}) {
  const { ok, output, took } = await quietly(file, args, options)
  say(stepLine(ok, title, took))
  if (!ok) throw new StepFailed(`\n${output.trimEnd()}\n\n${title}: failed. The reason stands above.`)
}

/** Like `step`, for those of which the next may run although this one failed. */
export async function check(title, file, args) {
  const { ok, output, took } = await quietly(file, args)
  console.log(stepLine(ok, title, took))
  if (!ok) console.log(`\n${output.trim()}\n`)
  return ok
}

export function stepLine(ok, title, milliseconds) {
  return `  ${ok ? '✓' : '✗'} ${title.padEnd(44)} ${seconds(milliseconds)}`
}

export async function quietly(file, args, { env = process.env, cwd = root, shell = false } = {}) {
  const began = performance.now()
  const child = spawn(file, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  const ok = await new Promise((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${file}: ${error.message}\n`))
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
  return { ok, output: Buffer.concat(chunks).toString(), took: performance.now() - began }
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`.padStart(8)
}
