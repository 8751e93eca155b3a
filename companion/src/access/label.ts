import { harmlessText } from '@countersign/shared/approval/harmless-text'
import { CountersignError } from '@countersign/shared/errors'

const shape = /^[\p{L}\p{N} ._-]{1,40}$/u

/** Labels are the identity that a prompt shows, so none may pass for one of ours. */
const reserved = new Set(['terminal', 'browser', 'companion', 'countersign'])

/** What two labels that a person could take for one another have in common. */
export const labelKey = (label: string): string => label.normalize('NFKC').toLowerCase()

/** Throws `label_invalid` unless an agent may be called that. */
export const requireLabel = (label: string): void => {
  if (!shape.test(label) || label !== label.normalize('NFC') || !/[\p{L}\p{N}]/u.test(label)) {
    throw new CountersignError('label_invalid')
  }
  if (label !== label.trim() || label.includes('  ')) {
    throw new CountersignError('label_invalid', { message: 'A label has no spaces at its ends, and no two together.' })
  }
  const shown = harmlessText(label)
  // Some letters of some scripts look like nothing, or like a space.
  if (shown.text !== label) throw new CountersignError('label_invalid')
  if (shown.mixedScripts) {
    throw new CountersignError('label_invalid', { message: 'A word of this label mixes letters of two scripts.' })
  }
  if (reserved.has(labelKey(label))) {
    throw new CountersignError('label_invalid', { message: 'This label is one that Countersign uses itself.' })
  }
}
