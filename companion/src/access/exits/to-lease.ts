import type { WayOut } from '@countersign/shared/approval/prompt'
import { CountersignError } from '@countersign/shared/errors'
import { timeLeft } from '@countersign/shared/time-left'
import { type Deadline, deadlineIn, type Time } from '../../time.ts'
import type { ReleasedCopies } from '../released/released-copies.ts'
import type { Exit, Receipt } from '../release.ts'
import type { LookAtFile } from './file-place.ts'
import { fileNameFor } from './file-name.ts'
import { longestCopy } from './longest-copy.ts'
import type { PrivatePlace } from './private-place.ts'

type ToLease = Extract<WayOut, { kind: 'lease' }>

export type LeaseReceipt = Receipt & { readonly id: string; readonly path: string; readonly until: string }

export type LeaseWish = {
  readonly format: string
  /** Seconds. */
  readonly lasts: number
  /** The file; undefined for one of our own. */
  readonly out?: string | undefined
}

/** In seconds. */
const shortest = 60
const longest = longestCopy / 1000

/** To a file that is kept up to date until its time is over, and then wiped. The time runs from the moment when she is asked. */
export const createToLease =
  (deps: {
    readonly copies: Pick<ReleasedCopies, 'place'>
    readonly lookAt: LookAtFile
    readonly privatePlace: PrivatePlace
    readonly time: Time
    newId(): string
  }) =>
  ({ format, lasts, out }: LeaseWish): Exit<LeaseReceipt, ToLease> => {
    if (lasts < shortest || lasts > longest) throw new CountersignError('lease_too_long')
    const id = deps.newId()
    let deadline: Deadline | undefined
    return {
      action: 'lease',
      look: () => {
        const look = () => (out === undefined ? deps.privatePlace(fileNameFor(id, format)) : deps.lookAt(out))
        const { path, warnings } = look()
        deadline ??= deadlineIn(deps.time, lasts * 1000)
        return { way: { kind: 'lease', path, until: deadline.at }, warnings }
      },
      deliver: (outgoing, { path, until }) => {
        if (deadline === undefined) throw new CountersignError('internal')
        const receipt = deps.copies.place({
          id,
          kind: 'lease',
          path,
          own: out === undefined,
          command: null,
          deadline,
          format,
          out: outgoing,
          details: { until },
        })
        const left = timeLeft(Date.parse(until), deps.time.wall())
        return { result: { path, until, ...receipt }, told: `Any program of yours can read ${path} for ${left}.` }
      },
    }
  }
