import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Runs a command in the terminal, with the options that it was given; `stdout`: its output is for something else than what it says. */
export type Run = (options: Json & { stdout?: boolean }, act: (terminal: Terminal) => Promise<void>) => Promise<void>
export type Json = { json?: boolean }

export const json = ['--json', 'print JSON, for a program'] as const

/** A command below another one, with examples under its help. */
export const command = (
  parent: Command,
  name: string,
  description: string,
  ...examples: readonly string[]
): Command => {
  const lines = examples.map((example) => `\n  countersign ${example}`).join('')
  return parent
    .command(name)
    .description(description)
    .addHelpText('after', `\nExample${examples.length === 1 ? '' : 's'}:${lines}`)
}

/** Where a command has options of its own, and takes those that its subcommands share with it. */
export const all = (self: Command): Json => self.optsWithGlobals<Json>()
