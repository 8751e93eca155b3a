import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { attacks, type Attack } from './attacks.ts'
import { createGround, type Ground } from './ground.ts'
import { openProgress } from './progress.ts'
import { createTally, number } from './tally.ts'
import { Breach } from './tries.ts'
import type { Measured } from './unharmed.ts'

const usage = `Usage: npm run attack [-- OPTIONS]

Attacks a companion in use for some twenty minutes, and looks after each attack
whether anybody but the attacker has noticed it. Exit 1 when something gave way.

  --seed N       the choices of an earlier run; without it new ones, whose seed is shown
  --only NAME    one attack alone
  --count N      how many frames, kills or pairings, in the place of the long run's
  --number N     one try of an attack alone, as a breach has named it; with --only and --seed
  -h, --help     show this

${attacks.map(({ name, what, long, unit }) => `  ${name.padEnd(22)}${`${number(long)} ${unit}`.padEnd(18)}${what}`).join('\n')}`

type Asked = { seed: number; only: string | undefined; count: number | undefined; number: number | undefined }

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const asked = parsed(args)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n\n${usage}\n`)
    return 2
  }
  if (asked === undefined) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  // Whatever was started is ended by what listens to `exit`.
  process.once('SIGINT', () => process.exit(130))
  return attackAll(asked)
}

async function attackAll(asked: Asked): Promise<number> {
  console.log(`\n  Countersign under attack. Seed ${asked.seed}.\n`)
  const told: string[] = []
  const began = performance.now()
  let breach: string | undefined
  await using ground = createGround()
  for (const attack of attacks) {
    if (breach !== undefined || (asked.only !== undefined && attack.name !== asked.only)) continue
    breach = await attackOnce(attack, asked, ground, told)
  }
  console.log(
    `\n  What was tried, how often, and how it ended. Seed ${asked.seed}, ${minutes(performance.now() - began)}.\n`,
  )
  for (const line of told) console.log(line)
  if (breach === undefined) console.log('\n  Nothing gave way.\n')
  else console.log(`\n  ${breach}\n`)
  return breach === undefined ? 0 : 1
}

/** How to play the breach again, when there is one. */
async function attackOnce(attack: Attack, asked: Asked, ground: Ground, told: string[]): Promise<string | undefined> {
  const { name, what, unit } = attack
  const { seed, count = attack.long, number: only } = asked
  const tally = createTally()
  const progress = openProgress(process.stdout, () => `${name}: ${number(tally.units())} of ${number(count)} ${unit}`)
  const began = performance.now()
  let failure: unknown
  let cost = ''
  try {
    await attack.run(ground, { seed, count, only, report: tally.report })
    const measured = await ground.check()
    if (measured !== undefined) cost = `; ${costOf(measured)}`
  } catch (error) {
    failure = error
  }
  const took = `${((performance.now() - began) / 1000).toFixed(0)} s`
  progress.end(
    `  ${failure === undefined ? '✓' : '✗'} ${name.padEnd(22)}${`${number(tally.units())} ${unit}`.padEnd(18)}${took.padStart(6)}${cost}`,
  )
  told.push(
    `  ${name}: ${what}. ${number(tally.units())} ${unit}, ${took}`,
    ...tally.lines().map((line) => `    ${line}`),
    '',
  )
  if (failure === undefined) return undefined
  const again = failure instanceof Breach ? ` --number ${failure.number}` : ''
  return `${reasons(failure).join('\n  ')}\n\n  Again: npm run attack -- --only ${name} --seed ${seed}${again}`
}

function costOf({ memory, wait }: Measured): string {
  const most = memory === undefined ? [] : [`${Math.round(memory.now)} MiB, ${Math.round(memory.most)} at most`]
  return [...most, ...(wait === undefined ? [] : [`others waited ${wait.toFixed(2)} s`])].join(', ')
}

/** What gave way, and what that came from. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const before = error.cause === undefined ? [] : reasons(error.cause)
  return [error.message, ...before.filter((reason) => !error.message.includes(reason))]
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Undefined when only help was asked for; a text when it can't be understood. */
function parsed(args: string[]): Asked | string | undefined {
  try {
    const text = { type: 'string' } as const
    const options = {
      seed: text,
      only: text,
      count: text,
      number: text,
      help: { type: 'boolean', short: 'h' },
    } as const
    const { values } = parseArgs({ args, options })
    if (values.help === true) return undefined
    const [seed, count, only] = [values.seed, values.count, values.number].map((value) =>
      value === undefined ? undefined : Number(value),
    )
    if ([seed, count, only].some((value) => value !== undefined && !Number.isSafeInteger(value)))
      return 'That is no whole number.'
    if (values.only !== undefined && attacks.every(({ name }) => name !== values.only))
      return `There is no attack ${values.only}.`
    if (only !== undefined && (values.only === undefined || seed === undefined))
      return '--number needs --only and --seed.'
    return { seed: seed ?? randomInt(2 ** 31), only: values.only, count, number: only }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
