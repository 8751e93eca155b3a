import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { CountersignError } from '@countersign/shared/errors'
import { readPolicy } from '@countersign/shared/policy/read-policy'
import { policyShown } from '../control/policy-answers.ts'
import { ask } from './ask.ts'
import { policyPath, problemsInWords } from './policy.ts'
import { proposeText } from './policy-history.ts'
import type { Terminal } from './terminal.ts'

/**
 * Opens a copy in the person's editor and proposes what she has saved. What is in force, and policy.json itself, stay as they are
 * until the copy is free of mistakes.
 */
export const editPolicy = async (terminal: Terminal): Promise<void> => {
  const before = await startingText(terminal)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-policy-'))
  const copy = join(folder, 'policy.json')
  try {
    writeFileSync(copy, before, { mode: 0o600 })
    const text = await edited(terminal, copy)
    if (text.trim() === before.trim()) {
      return terminal.say(terminal.json ? JSON.stringify({ outcome: 'unchanged' }) : 'Nothing was changed.')
    }
    await proposeText(terminal, text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The proposal that lies there, and else what is in force: nobody has to begin with an empty page. */
const startingText = async (terminal: Terminal): Promise<string> => {
  const shown = await ask(terminal, { command: 'policy.show', params: {}, result: policyShown })
  if (shown.proposal.state === 'none') return `${shown.text.trimEnd()}\n`
  return readFileSync(policyPath(terminal), 'utf8')
}

/** Edited until it has no mistakes, or she gives up. */
const edited = async (terminal: Terminal, copy: string): Promise<string> => {
  for (;;) {
    await openEditor(terminal, copy)
    const text = readFileSync(copy, 'utf8')
    const read = readPolicy(text)
    if (read.kind === 'policy') return text
    const problems = problemsInWords('What you saved', read.problems)
    if (!process.stdin.isTTY) {
      const message = problems.replaceAll(/\n */g, ' ')
      throw new CountersignError('policy_invalid', {
        message,
        next: 'Nothing was changed; run it again, and mend that.',
      })
    }
    terminal.remark(problems)
    await pressed(terminal, 'Press Enter to go on editing, or Ctrl-C to leave all as it was. ')
  }
}

const pressed = async ({ signal }: Terminal, question: string): Promise<void> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    await lines.question(question, { signal })
  } finally {
    lines.close()
  }
}

/** As git does it: the variable may hold a command with arguments, such as `code --wait`. */
const openEditor = async ({ machine: { env, platform }, signal }: Terminal, file: string): Promise<void> => {
  const editor = firstSet(env['VISUAL'], env['EDITOR']) ?? (platform === 'win32' ? 'notepad' : 'vi')
  const quoted = platform === 'win32' ? `"${file}"` : `'${file.replaceAll("'", String.raw`'\''`)}'`
  const child = spawn(`${editor} ${quoted}`, { shell: true, stdio: 'inherit', signal })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  }).catch(() => null)
  if (code === 0) return
  const message = `The editor \`${editor}\` ended without success, so nothing was changed.`
  throw new CountersignError('editor_failed', { message })
}

const firstSet = (...values: readonly (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value.trim() !== '')
