/** Seconds that a question stays open unless a rule says otherwise or somebody made it shorter. */
export const promptSeconds = 600

/**
 * The most seconds that any question may stay open: `COUNTERSIGN_PROMPT_SECONDS` may shorten them all, those of a rule that has a longer
 * time, too. What is no number of at least one changes nothing.
 */
export const longestFrom = (env: Readonly<Record<string, string | undefined>>): number => {
  const wanted = Number(env['COUNTERSIGN_PROMPT_SECONDS'] ?? '')
  return Number.isFinite(wanted) && wanted >= 1 ? wanted : Infinity
}

/** The seconds for which a question waits where no rule says otherwise. */
export const patienceFrom = (env: Readonly<Record<string, string | undefined>>): number =>
  Math.min(longestFrom(env), promptSeconds)
