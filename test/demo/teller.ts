import { styleText } from 'node:util'

/** Tells the tour: one line a step, with its time, and beneath it what there was to see. */
export type Teller = {
  /** Prints the step's line when it is over, and beneath it what was noted meanwhile. */
  step<T>(title: string, act: (note: Note) => Promise<T>): Promise<T>
  say(text: string): void
}

/** `table` keeps the columns of a text as they are; any other is broken where it is too long. */
export type Note = (text: string, shape?: 'sentence' | 'table') => void

/** Where the tour is told: a terminal, a pipe, a file. */
export type Sink = { write(text: string): unknown; readonly isTTY?: boolean | undefined }

/** A step did not come to its end; the reason is the cause. */
export class StepBroke extends Error {
  constructor(title: string, cause: unknown) {
    super(`It broke here: ${title}.`, { cause })
  }
}

const titleWidth = 62
const noteWidth = 72
const clearLine = '\r\u001b[2K'

export function createTeller(sink: Sink, env: NodeJS.ProcessEnv): Teller {
  const terminal = sink.isTTY === true && env['TERM'] !== 'dumb'
  const colourful = terminal && !env['NO_COLOR']
  const paint = (style: 'green' | 'red' | 'dim' | 'bold', text: string): string =>
    colourful ? styleText(style, text) : text

  const say = (text: string): void => void sink.write(`${text}\n`)

  return {
    say,
    async step(title, act) {
      const began = performance.now()
      const notes: string[] = []
      const tell = (mark: string): void => {
        const took = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7)
        say(`${terminal ? clearLine : ''}  ${mark} ${title.padEnd(titleWidth)} ${paint('dim', took)}`)
        for (const line of notes) say(`      ${paint('dim', line)}`)
      }

      if (terminal) sink.write(`  ${paint('dim', `… ${title}`)}`)
      try {
        const result = await act((text, shape) => {
          notes.push(...(shape === 'table' ? text.split('\n') : wrap(text)))
        })
        tell(paint('green', '✓'))
        return result
      } catch (error) {
        tell(paint('red', '✗'))
        throw new StepBroke(title, error)
      }
    },
  }
}

/** Breaks it at spaces. */
function wrap(text: string): string[] {
  const lines: string[] = []
  let last = ''
  for (const word of text.split(/\s+/)) {
    const longer = last === '' ? word : `${last} ${word}`
    if (longer.length <= noteWidth || last === '') last = longer
    else {
      lines.push(last)
      last = word
    }
  }
  return [...lines, last]
}
