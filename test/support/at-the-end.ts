const clearings: (() => void)[] = []

/**
 * For what must not outlive this process, however it ends: a story that ran out of time never comes to its own `close`,
 * and the runner then ends its worker with SIGTERM.
 */
export function atTheEnd(clear: () => void): void {
  if (clearings.length === 0) {
    process.on('exit', () => clearings.forEach((each) => each()))
    process.once('SIGTERM', () => process.exit(143))
  }
  clearings.push(clear)
}
