/** One line that tells how far something has come, until it has ended. */
export type Progress = {
  /** The last word on it, in the line's place. */
  end(line: string): void
}

type Sink = { write(text: string): unknown; readonly isTTY?: boolean }

const clearLine = '\r\u001b[2K'

/** On a terminal the line is written over; elsewhere a new one comes from time to time. */
export function openProgress(sink: Sink, told: () => string): Progress {
  const terminal = sink.isTTY === true
  const timer = setInterval(
    () => sink.write(terminal ? `${clearLine}  … ${told()}` : `  … ${told()}\n`),
    terminal ? 500 : 20_000,
  )
  return {
    end(line) {
      clearInterval(timer)
      sink.write(`${terminal ? clearLine : ''}${line}\n`)
    },
  }
}
