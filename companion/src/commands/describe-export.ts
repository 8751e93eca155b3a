import type { Command } from 'commander'
import { formatNames } from '../exporters/format-names.ts'
import { command, json, type Json, type Run } from './described-command.ts'
import { narrowed, type Narrowed } from './narrowing-options.ts'

type Options = Json & Narrowed & { format: string; out?: string; stdout?: boolean }

/** `export`: a session to a file, or to whoever reads the output. */
export const describeExport = (program: Command, run: Run): void => {
  const exports = command(
    program,
    'export',
    'let a saved session out, to a file or to stdout, once you approve it',
    'export --format playwright --out state.json',
    'export --format header --url https://www.upwork.com/ --only sign-in --stdout',
  )
    .requiredOption('--format <NAME>', 'how it is written; the formats are listed below')
    .option('--out <FILE>', 'the file to write, which any program of yours can read')
    .option('--stdout', 'write it to stdout, alone; all else goes to stderr')
  narrowed(exports)
    .option(...json)
    .addHelpText('after', `\nFormats:${lines}`)
    .action((options: Options) => {
      if ((options.out === undefined) === (options.stdout !== true)) {
        exports.error('error: it takes --out FILE or --stdout, and not both')
      }
      return run(options, async (to) => (await import('./export.ts')).exportSession(to, options))
    })
}

const longest = Math.max(...Object.keys(formatNames).map(({ length }) => length))
const lines = Object.entries(formatNames)
  .map(([name, says]) => `\n  ${name.padEnd(longest)}  ${says}`)
  .join('')
