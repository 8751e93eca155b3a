import type { KnownHead, LedgerReport } from '@countersign/shared/ledger/check-ledger'

type Telling = {
  readonly where: 'companion' | 'database' | 'file'
  /** What the person calls a key; undefined for one that she was never told of. */
  nameOf(key: string): string | undefined
}

/** What a check of the ledger found, on one short screen. */
export const reportInWords = (report: LedgerReport, telling: Telling): string => {
  const { signed, fault, ignored } = report
  return [
    fault === null ? whole(report, telling) : `${wrong(report, telling)} ${standing(report, telling)}`.trimEnd(),
    ...(signed !== null && !signed.vouched ? [nobodyVouches(telling)] : []),
    ...(ignored === 0 ? [] : [leftOut(ignored)]),
    ...(fault !== null && telling.where !== 'file' ? [keepIt] : []),
  ].join('\n')
}

const whole = (report: LedgerReport, telling: Telling): string => {
  const { entries, signed, unsigned } = report
  const all = counted(entries)
  if (signed === null) {
    return telling.where === 'file'
      ? `Whole in itself: ${all}. But none is countersigned, so whoever can write this file can have made them all up.`
      : `Whole: ${all}. None is countersigned yet.`
  }
  const after =
    unsigned === 0
      ? 'which is the last.'
      : `${counted(unsigned)} after it ${unsigned === 1 ? 'is' : 'are'} not countersigned yet.`
  return `Whole: ${all}, countersigned up to entry ${signed.head.seq} ${by(signed, telling)}${unsigned === 0 ? ', ' : '; '}${after}`
}

const wrong = ({ entries, fault, signed, ignored }: LedgerReport, telling: Telling): string =>
  fault === null
    ? ''
    : faults[fault.what](fault.entry, {
        signer: fault.by && by(fault.by, telling),
        upTo: fault.by?.head.seq ?? fault.entry,
        wentOn: entries >= fault.entry,
        since: (signed?.head.seq ?? 0) + 1,
        own: telling.where !== 'file' && ignored === 0,
      })

type Told = {
  /** Of the head that tells of it: who signed it, and up to where. */
  readonly signer: string | undefined
  readonly upTo: number
  /** Whether there are entries in that place all the same. */
  readonly wentOn: boolean
  /** The first entry after the last good head. */
  readonly since: number
  /** Whether all signatures were looked for, and not only those of one key. */
  readonly own: boolean
}

const faults: Readonly<Record<NonNullable<LedgerReport['fault']>['what'], (entry: number, told: Told) => string>> = {
  altered: (entry) => `Entry ${entry} was altered.`,
  missing: (entry) => `Entry ${entry} is missing.`,
  reordered: (entry) => `Entry ${entry} is not where it was written: the order was changed.`,
  rewritten: (entry, { signer = '', since }) =>
    `Rewritten: entry ${entry} is not the one that was countersigned ${signer}. ` +
    (since === entry ? 'It was made anew.' : `Something between entry ${since} and there was made anew.`),
  cut: (entry, { signer, upTo, wentOn }) =>
    signer === undefined
      ? 'Cut: there is no entry at all.'
      : `Cut: ${entry === upTo ? `entry ${entry} is` : `entries ${entry} to ${upTo} are`} gone, countersigned ${signer}.${wentOn ? ' What stands there now was written later.' : ''}`,
  forged: (entry) => `The countersignature under entry ${entry} is forged: the key that it names did not make it.`,
  unreadable: (entry) => `In the place of entry ${entry} stands something that is no entry.`,
  torn: (entry) => `The last line breaks off in its middle, after entry ${entry - 1}.`,
  unsigned: (_, { own }) =>
    own
      ? 'Not countersigned, although a browser is paired: what it signed is gone, and the end may be gone with it. Open that browser, and check again: it remembers.'
      : "Not countersigned by the key given: either it is another browser's, or the part that was signed is gone.",
}

/** How far it can be relied on all the same. */
const standing = ({ entries, signed, unsigned }: LedgerReport, telling: Telling): string =>
  entries === 0
    ? ''
    : signed === null
      ? `Of ${counted(entries)} none is known to be countersigned.`
      : `Countersigned up to entry ${signed.head.seq} ${by(signed, telling)}; ${counted(unsigned)} ${unsigned === 1 ? 'stands' : 'stand'} after that.`

const by = ({ browser, at }: KnownHead, { nameOf }: Telling): string => {
  const when = at === null ? '' : ` at ${at.slice(0, 19).replace('T', ' ')} UTC`
  return `by ${nameOf(browser) ?? `the key ${browser}`}${when}`
}

const nobodyVouches = ({ where }: Telling): string => `Nobody vouches for that key: ${why[where]}`

const why = {
  companion: 'no browser that is paired now has it.',
  database: "the companion does not run. Give the browser's own with --key FILE.",
  file: "it is named in the file alone. Give the browser's own with --key FILE.",
} as const

const leftOut = (count: number): string =>
  count === 1
    ? 'One countersignature by another key did not count.'
    : `${count} countersignatures by other keys did not count.`

const keepIt = 'To keep a copy of it as it is: `countersign ledger export --out FILE`.'

const counted = (entries: number): string => (entries === 1 ? 'one entry' : `${entries} entries`)
