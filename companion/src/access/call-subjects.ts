import type { Subject } from '@countersign/shared/approval/prompt'
import type { Wish } from './authorize.ts'

/** What she is shown of a call that there is no more to say of than its arguments; the same in every browser. */
export const describeCall =
  (args: Readonly<Record<string, unknown>>): Wish['subjects'] =>
  (connected) => {
    const subject: Subject = {
      kind: 'call',
      arguments: Object.entries(args).map(([name, value]) => ({ name, value: inWords(value) })),
    }
    return Promise.resolve({
      kind: 'ready',
      byBrowser: new Map(connected.map(({ fingerprint }) => [fingerprint, subject])),
    })
  }

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
