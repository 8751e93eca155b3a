import { styleText } from 'node:util'

/** Tells the tour: one line a step, with its time, and beneath it what there was to see. */
export type Teller = {
  /** Prints the step's line when it is over. `note` keeps a line for beneath it. */
  step<T>(title: string, act: (note: (text: string) => void) => Promise<T>): Promise<T>
  say(text: string): void
}

/** Where the tour is told: a terminal, a pipe, a file. */
export type Sink = { write(text: string): unknown; readonly isTTY?: boolean | undefined }

/** A step did not come to its end; the reason is the cause. */
export class StepBroke extends Error {
  readonly title: string
  constructor(title: string, cause: unknown) {
    super(`"${title}" broke.`, { cause })
    this.title = title
  }
}

const titleWidth = 62
const noteWidth = 78
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
        for (const line of notes.flatMap((note) => wrap(note, noteWidth - 6))) say(`      ${paint('dim', line)}`)
      }

      if (terminal) sink.write(`  ${paint('dim', `… ${title}`)}`)
      try {
        const result = await act((text) => notes.push(text))
        tell(paint('green', '✓'))
        return result
      } catch (error) {
        tell(paint('red', '✗'))
        throw new StepBroke(title, error)
      }
    },
  }
}

/** Breaks at spaces; a line break in the text stays one. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = []
    let last = ''
    for (const word of line.split(' ')) {
      const longer = last === '' ? word : `${last} ${word}`
      if (longer.length > width && last !== '') {
        lines.push(last)
        last = word
      } else last = longer
    }
    return [...lines, last]
  })
}
