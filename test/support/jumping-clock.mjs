// Loaded into a program before its own first line (NODE_OPTIONS): at SIGUSR2 its wall clock jumps three minutes ahead, or as many
// seconds as JUMP_SECONDS says, as after a suspend. Its monotonic clock and its timers stay as they are.

let ahead = 0
process.on('SIGUSR2', () => {
  ahead += Number(process.env['JUMP_SECONDS'] ?? 180) * 1000
})

const RealDate = Date
globalThis.Date = class extends RealDate {
  /** @param {unknown[]} given */
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + ahead] : given))
  }
  static now() {
    return RealDate.now() + ahead
  }
}
