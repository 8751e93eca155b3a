import { CountersignError, type Refusal } from '@countersign/shared/errors'

/** A refusal as what a command's handler throws. */
export const asError = ({ code, reason, next }: Refusal): CountersignError =>
  new CountersignError(code, { message: reason, next })
