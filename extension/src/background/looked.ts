import { refusalOf } from '@countersign/shared/errors'
import type { SurfaceAnswer } from '../surface/messages.ts'
import type { Act } from './acts.ts'
import type { LedgerWitness } from './ledger-witness.ts'

type Look = Omit<Extract<Act, { tool: 'looked' }>, 'tool'>

/** "I have looked": signed as any act that opens something. From then on the ledger is taken as it is now. */
export const createLooked =
  (deps: { act(act: Act): Promise<SurfaceAnswer>; readonly witness: Pick<LedgerWitness, 'forget' | 'restore'> }) =>
  async (look: Look): Promise<SurfaceAnswer> => {
    const { act, witness } = deps
    // Before it is sent: the companion shows the ledger anew as soon as it has her word.
    const before = look.alarm === 'ledger_diverged' ? await witness.forget() : undefined
    const answer = await act({ tool: 'looked', ...look }).catch((thrown: unknown): SurfaceAnswer => {
      const { code, reason, next } = refusalOf(thrown)
      return { kind: 'refused', code, reason, next }
    })
    if (answer.kind === 'refused' && before !== undefined) await witness.restore(before)
    return answer
  }
