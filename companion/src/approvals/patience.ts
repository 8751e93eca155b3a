/** Seconds that a question stays open unless somebody made it shorter. */
export const promptSeconds = 600

/** `COUNTERSIGN_PROMPT_SECONDS` may only shorten the ten minutes; what is no number of at least one changes nothing. */
export const patienceFrom = (env: Readonly<Record<string, string | undefined>>): number => {
  const wanted = Number(env['COUNTERSIGN_PROMPT_SECONDS'] ?? '')
  return Number.isFinite(wanted) && wanted >= 1 ? Math.min(wanted, promptSeconds) : promptSeconds
}
