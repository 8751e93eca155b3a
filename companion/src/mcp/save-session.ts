import type { Receipt } from '@countersign/shared/protocol/messages'
import { z } from 'zod'
import type { Wish } from '../access/authorize.ts'
import type { Saves } from '../access/save.ts'
import { type Answer, answerShape } from './answer.ts'
import { tool, type Tool } from './tool.ts'

const input = z.strictObject({
  reason: z.string().max(2000).optional().describe('Why you ask, in a sentence. The person reads it.'),
})

/** One tool with two names. */
export const saveSessionTools = (deps: {
  readonly saves: Pick<Saves, 'fromAsk' | 'fromCover'>
  readonly describeSaves: Wish['subjects']
}): readonly Tool[] => {
  const named = (name: string, title: string, description: string): Tool =>
    tool({
      name,
      title,
      description,
      kind: 'write',
      input,
      output: answerShape,
      reason: ({ reason }) => reason ?? null,
      subjects: deps.describeSaves,
      run: async (_input, { asker: { grant }, leave, entry, again, ask, signal }) => {
        const outcome =
          leave.kind === 'approval'
            ? await deps.saves.fromAsk({ grant, approval: leave.approval, entry, again }, signal)
            : await deps.saves.fromCover({ grant, cover: leave.cover, entry, again, ask }, signal)
        return outcome.kind === 'saved' ? saved(outcome) : outcome
      },
    })

  const what =
    'Saves the Upwork session of the tab that the person has open, into the vault on this machine. The person is asked in the browser first, unless they said that it may run without, and may take minutes. You get names and counts, never a value.'
  return [
    named('save_session', 'Save the Upwork session', what),
    named('manual_login', 'Save the Upwork session (manual login)', `The same as save_session. ${what}`),
  ]
}

const saved = ({ summary, accountName, version, savedAt, ledgerEntry }: Receipt): Answer => {
  const counts = { cookies: summary.cookies, origins: summary.origins.length }
  return {
    kind: 'answer',
    data: {
      saved: true,
      account: summary.account,
      ...counts,
      savedAt,
      expiresAt: summary.expiresAt,
      version,
      ledgerEntry,
    },
    text: `Saved the Upwork session of ${accountName ?? summary.account}: ${counted(counts.cookies, 'cookie')}, ${counted(counts.origins, 'origin')}, version ${version} (ledger entry ${ledgerEntry}). Next: the person can let it out with \`countersign export --format playwright --out FILE\`.`,
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
