import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CountersignError } from '@countersign/shared/errors'
import { openCompanion, type Companion } from '../companion.ts'
import { dialCompanion } from '../control/dial.ts'
import { status, type Status } from '../control/status.ts'
import { catchTheRest } from '../last-resort.ts'
import { createLog } from '../log.ts'
import { ask } from './ask.ts'
import type { Terminal } from './terminal.ts'

/** How long a first companion may take to answer the second one, in milliseconds. */
const patience = 10_000

/** Milliseconds for an orderly end after something broke. */
const lastWords = 5_000

/** Runs the companion until it is told to end; where one runs already, says where. */
export const start = async (terminal: Terminal): Promise<void> => {
  const broken = new AbortController()
  const log = createLog(terminal.machine.env['COUNTERSIGN_LOG'])
  const stop = catchTheRest(process, {
    onFault: (err) => log.error({ err }, 'Something went wrong that nobody saw to.'),
    end: () => {
      broken.abort()
      setTimeout(() => process.exit(1), lastWords).unref()
    },
  })
  try {
    await startOrFind({ ...terminal, signal: AbortSignal.any([terminal.signal, broken.signal]) })
  } finally {
    stop()
  }
  if (broken.signal.aborted) throw new CountersignError('internal')
}

const startOrFind = async (terminal: Terminal): Promise<void> => {
  const deadline = performance.now() + patience
  for (;;) {
    const companion = await openCompanion({ machine: terminal.machine, signal: terminal.signal })
    if (companion !== undefined) return run(terminal, companion)
    // The other one may be about to come up, or about to go.
    const socket = await dialCompanion(terminal.machine)
    if (socket !== undefined) {
      socket.destroy()
      return tellOfFirst(terminal)
    }
    if (performance.now() > deadline) {
      throw new CountersignError('already_running', {
        message: 'Another companion holds this state folder, and does not answer.',
        next: `End it, or set COUNTERSIGN_HOME to another folder.`,
      })
    }
    await sleep(50, undefined, { signal: terminal.signal })
  }
}

const run = async (terminal: Terminal, companion: Companion): Promise<void> => {
  try {
    const browsers = companion.browsers.paired().map(({ label }) => label)
    if (terminal.json) {
      terminal.say(JSON.stringify({ url: companion.url, pid: process.pid, paired: browsers.length > 0 }))
    } else {
      const where = `Countersign is listening on ${companion.url}.`
      const extension = browsers.length === 0 ? unpackedExtension(terminal.cli) : undefined
      terminal.say(extension === undefined ? greeting(where, browsers) : firstSteps(where, extension, terminal.cli))
      terminal.say('Ctrl-C stops it.')
    }
    await aborted(terminal.signal)
  } finally {
    await companion.close()
    // A keychain that still waits for its password must not hold up the end.
    setTimeout(() => process.exit(), 500).unref()
  }
}

const tellOfFirst = async (terminal: Terminal): Promise<void> => {
  const { url, report }: Status = await ask(terminal, { command: 'status', params: {}, result: status })
  const browsers = report.browsers.map(({ label }) => label)
  const { pid } = report.companion
  terminal.say(
    terminal.json
      ? JSON.stringify({ url, pid, paired: browsers.length > 0 })
      : greeting(`Countersign is running already: it listens on ${url} (pid ${pid}).`, browsers),
  )
}

const greeting = (where: string, browsers: readonly string[]): string =>
  `${where} ${browsers.length === 0 ? 'No browser is paired yet. Run `countersign pair`.' : `Paired with ${browsers.join(', ')}.`}`

/** In full, so that it can be pasted into a terminal that was opened anywhere. */
const firstSteps = (where: string, extension: string, cli: string): string => `${where} No browser is paired yet:

  1. In Chrome open chrome://extensions, switch on Developer mode, click "Load unpacked" and choose

     ${extension}

  2. Run this in a second terminal:

     node ${/^[\w./:\\-]+$/.test(cli) ? cli : `"${cli}"`} pair
`

/** Where this program stands in a checkout beside the extension that was built. */
const unpackedExtension = (cli: string): string | undefined => {
  const folder = join(dirname(cli), '..', '..', 'extension', 'dist', 'chrome')
  return existsSync(join(folder, 'manifest.json')) ? folder : undefined
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
