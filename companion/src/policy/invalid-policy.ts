import { CountersignError } from '@countersign/shared/errors'
import type { PolicyProblem } from '@countersign/shared/policy/policy-problems'

/** With every mistake in its sentence, as far as they fit. */
export const invalidPolicy = (problems: readonly PolicyProblem[]): CountersignError => {
  const shown = problems.slice(0, 20).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const more = problems.length - shown.length
  const message = [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n')
  return new CountersignError('policy_invalid', { message })
}
