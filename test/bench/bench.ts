import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../support/places.ts'
import type { Measure, Run } from './measure.ts'
import { measures } from './measures.ts'
import { judge, tableOf, wordsOf, type Judged } from './report.ts'
import { load, surroundings } from './surroundings.ts'

const usage = `Usage: npm run bench [-- OPTIONS] [NAME...]

Measures what was built, side by side with others where there are others, and tells medians,
spread and ratios. Without a name, all of it, which takes several minutes. A missed aim is no
failure: the exit code is 1 only when something could not be measured.

${measures.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}

  --quick        fewer runs: for a look, not for a number to be quoted
  --json FILE    where the numbers go as JSON
  -h, --help     show this`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const asked = parsed(args)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n\n${usage}\n`)
    return 2
  }
  if (asked.help) {
    say(usage)
    return 0
  }
  // Whatever was started is ended by what listens to `exit`.
  process.once('SIGINT', () => process.exit(130))
  return bench(asked)
}

type Outcome = {
  readonly name: string
  readonly title: string
  readonly how: readonly string[]
  readonly rows: readonly Judged[]
  /** Of the machine, before and after: more than its cores, and others were in the way. */
  readonly load: readonly [before: number, after: number]
  /** Why it could not be measured. */
  readonly failure: string | null
}

async function bench({ chosen, quick, json }: Asked): Promise<number> {
  const at = new Date().toISOString()
  const around = await surroundings()
  say(`\n  Countersign, measured${quick ? ' quickly: for a look, not for a number to be quoted' : ''}\n`)
  say(`  ${around.machine}, ${around.cores} cores, ${around.memory}; ${around.system}`)
  for (const [name, version] of Object.entries(around.versions)) say(`  ${name} ${version}`)

  const run: Run = { quick, rounds: (full) => (quick ? Math.max(3, Math.round(full / 5)) : full) }
  const outcomes: Outcome[] = []
  for (const measure of chosen) {
    const outcome = await outcomeOf(measure, run)
    say(`\n  ${measure.title}  (${measure.name})\n`)
    say(outcome.failure === null ? tableOf(outcome.rows) : `    It could not be measured: ${outcome.failure}`)
    const [before, after] = outcome.load
    const meanwhile = `Load of the machine: ${before.toFixed(2)} before, ${after.toFixed(2)} after.`
    say(`\n${[...outcome.how, meanwhile].map((line) => `    ${line}`).join('\n')}`)
    outcomes.push(outcome)
  }

  say(`\n  The aims\n\n${aimsOf(outcomes).join('\n')}`)
  const file = json ?? join(root, 'test/bench/results', `${at.replaceAll(':', '-').slice(0, 19)}.json`)
  await mkdir(dirname(file), { recursive: true })
  const told = { at, quick, ...around, measures: outcomes }
  await writeFile(file, `${JSON.stringify(told, undefined, 2)}\n`)
  say(`\n  The same as JSON, with every sample:\n  ${file}\n`)
  return outcomes.every(({ failure }) => failure === null) ? 0 : 1
}

async function outcomeOf(measure: Measure, run: Run): Promise<Outcome> {
  const { name, title } = measure
  const before = load()
  try {
    const taken = await measure.take(run)
    return { name, title, how: taken.how, rows: judge(taken), load: [before, load()], failure: null }
  } catch (error) {
    const failure = reasons(error).join(' ')
    return { name, title, how: [], rows: [], load: [before, load()], failure }
  }
}

function aimsOf(outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.flatMap(({ name, rows, failure }) => {
    if (failure !== null) return [`    ? not measured             ${name}`]
    return rows.flatMap((row) =>
      row.aim === null ? [] : [`    ${wordsOf(row.aim, row.unit).padEnd(26)}  ${name}: ${row.what}`],
    )
  })
  return lines.length === 0 ? ['    None of these has one.'] : lines
}

/** What went wrong, and what that came from. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  return [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))]
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

type Asked = { chosen: readonly Measure[]; quick: boolean; help: boolean; json: string | undefined }

function parsed(args: string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    const stranger = positionals.find((name) => measures.every((measure) => measure.name !== name))
    if (stranger !== undefined) return `There is no measure "${stranger}".`
    const chosen = positionals.length === 0 ? measures : measures.filter(({ name }) => positionals.includes(name))
    const json = values.json === undefined ? undefined : resolve(values.json)
    return { chosen, quick: values.quick === true, help: values.help === true, json }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
