import type { WayOut } from '@countersign/shared/approval/prompt'
import type { Secret } from '@countersign/shared/secret'
import type { Exit, Receipt } from '../release.ts'

type ToStdout = Extract<WayOut, { kind: 'stdout' }>

/** To the output of the command that asks. Where that leads, only she can know. */
export const toStdout: Exit<{ readonly receipt: Receipt; readonly text: Secret<string> }, ToStdout> = {
  action: 'export',
  look: () => ({ way: { kind: 'stdout' }, warnings: [] }),
  deliver: ({ text, entered }) => ({
    result: { receipt: entered({ destination: 'stdout' }), text },
    told: 'Gave the session to the command that asked.',
  }),
}
