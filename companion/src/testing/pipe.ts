/** Lines that one end writes and the other reads. */
export const createPipe = () => {
  const lines: string[] = []
  let wake: () => void = () => undefined
  const ends = new AbortController()
  return {
    write: (line: string) => {
      lines.push(line)
      wake()
    },
    end: () => {
      ends.abort()
      wake()
    },
    async *read() {
      while (!ends.signal.aborted || lines.length > 0) {
        const line = lines.shift()
        if (line !== undefined) yield line
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
