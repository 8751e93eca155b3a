import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import { handler, type Handler } from '../control/handler.ts'
import { terminalAsker } from '../ledger/askers.ts'
import type { createToLaunch } from './exits/to-launch.ts'
import type { createToLease } from './exits/to-lease.ts'
import type { Release } from './release.ts'
import type { Ended } from './released/ended-copies.ts'
import type { ReleasedCopies } from './released/released-copies.ts'
import { wished } from './wished.ts'

/** What the terminal may ask about copies that end: let one out, for a while or for a program's run, list them, end them. */
export const releasedCommands = (deps: {
  readonly release: Release
  readonly toLease: ReturnType<typeof createToLease>
  readonly toLaunch: ReturnType<typeof createToLaunch>
  readonly copies: ReleasedCopies
}): readonly Handler[] => [
  handler({
    name: 'lease',
    params: z.strictObject({ ...wished, out: z.string().min(1).max(4096).optional(), lasts: z.int().min(1) }),
    run: ({ out, lasts, ...wish }, { claim, signal }) =>
      deps.release.letOut(wish, deps.toLease({ format: wish.format, lasts, out }), claim, signal),
  }),
  handler({
    name: 'leases.list',
    params: z.strictObject({}),
    run: () => Promise.resolve({ released: deps.copies.list(), leftBehind: deps.copies.leftBehind() }),
  }),
  handler({
    // It closes, so nobody is asked.
    name: 'leases.end',
    params: z.strictObject({ id: z.string().max(100).nullable() }),
    run: ({ id }) => {
      const known = [...deps.copies.list(), ...deps.copies.leftBehind()].map((copy) => copy.id)
      if (id !== null) return Promise.resolve({ ended: [deps.copies.end(idIn(known, id), 'ended', terminalAsker)] })
      return Promise.resolve({ ended: known.flatMap((one) => endIfThere(deps.copies, one)) })
    },
  }),
  handler({
    // Gives no answer before the program has ended: as long as its command waits for one, it has the session.
    name: 'exec',
    params: z.strictObject({ ...wished, command: z.array(z.string()).min(1).max(1000), variable: z.string().max(200) }),
    run: async ({ command, variable, ...wish }, { claim, signal, event }) => {
      const exit = deps.toLaunch({ format: wish.format, command, variable })
      const launched = await deps.release.letOut(wish, exit, claim, signal)
      const ended = deps.copies.whenEnded(launched.id)
      event({ launched })
      const gone = () => deps.copies.endWhere(({ id }) => id === launched.id, 'command', terminalAsker)
      signal.addEventListener('abort', gone, { once: true })
      if (signal.aborted) gone()
      try {
        return { ended: await ended }
      } finally {
        signal.removeEventListener('abort', gone)
      }
    },
  }),
  handler({
    name: 'exec.ended',
    params: z.strictObject({ id: z.uuid() }),
    run: ({ id }) => {
      deps.copies.endWhere((copy) => copy.id === id, 'program', terminalAsker)
      return Promise.resolve({})
    },
  }),
]

/** One of many may run out at just this moment. */
const endIfThere = (copies: Pick<ReleasedCopies, 'end'>, id: string): readonly Ended[] => {
  try {
    return [copies.end(id, 'ended', terminalAsker)]
  } catch (thrown) {
    if (thrown instanceof CountersignError && thrown.code === 'no_such_lease') return []
    throw thrown
  }
}

/** As short as it may be told, so long as it is one. */
const idIn = (known: readonly string[], told: string): string => {
  const found = known.filter((id) => id.startsWith(told.toLowerCase()))
  const [id] = found
  if (id === undefined || told.length < fewestDigits) throw new CountersignError('no_such_lease')
  if (found.length === 1) return id
  throw new CountersignError('no_such_lease', {
    message: 'More than one begins so.',
    next: 'Give some more of its id.',
  })
}

const fewestDigits = 4
