import type { WayOut } from '@countersign/shared/approval/prompt'
import { CountersignError } from '@countersign/shared/errors'
import { deadlineIn, type Time } from '../../time.ts'
import type { ReleasedCopies } from '../released/released-copies.ts'
import type { Exit, Receipt } from '../release.ts'
import { fileNameFor } from './file-name.ts'
import { longestCopy } from './longest-copy.ts'
import type { PrivatePlace } from './private-place.ts'
import { requireSessionVariable } from './session-variable.ts'
import { shellLine } from './shell-line.ts'

type ToLaunch = Extract<WayOut, { kind: 'launch' }>

export type LaunchReceipt = Receipt & { readonly id: string; readonly path: string }

export type LaunchWish = {
  readonly format: string
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly variable: string
}

/** To a private file for one run of one program, which its command starts once the file is there. */
export const createToLaunch =
  (deps: {
    readonly copies: Pick<ReleasedCopies, 'place'>
    readonly privatePlace: PrivatePlace
    readonly time: Time
    newId(): string
  }) =>
  ({ format, command: words, variable }: LaunchWish): Exit<LaunchReceipt, ToLaunch> => {
    requireSessionVariable(variable)
    const command = shellLine(words)
    if (command.length > longestShown) {
      const next = 'Put it into a script, and run that.'
      throw new CountersignError('invalid_arguments', { message: 'That command is too long to be shown.', next })
    }
    const id = deps.newId()
    return {
      action: 'exec',
      look: () => {
        const { warnings } = deps.privatePlace(fileNameFor(id, format))
        return { way: { kind: 'launch', command, variable }, warnings }
      },
      deliver: (out) => {
        const { path } = deps.privatePlace(fileNameFor(id, format))
        const receipt = deps.copies.place({
          id,
          kind: 'launch',
          path,
          own: true,
          command,
          // That the program still runs is its command's word alone.
          deadline: deadlineIn(deps.time, longestCopy),
          format,
          out,
          // Not its arguments: the ledger is for showing, and people put passwords there.
          details: { program: (words[0] ?? '').slice(0, 1000), variable },
        })
        return { result: { path, ...receipt }, told: 'The program has the session while it runs.' }
      },
    }
  }

/** She has to be able to read it. */
const longestShown = 2000
