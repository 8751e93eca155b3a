import { sessionDifference, type ChangedNames } from '@countersign/shared/session/history'
import { z } from 'zod'
import { ask } from './ask.ts'
import { called, named } from './session-words.ts'
import type { Terminal } from './terminal.ts'

const told = z.object({ account: z.string(), name: z.string().nullable(), ...sessionDifference.shape })

/** What differs between two versions, by names. */
export const diffSession = async (
  terminal: Terminal,
  { account, from, other }: { account?: string; from: number | undefined; other: number | undefined },
): Promise<void> => {
  const params = {
    ...(account === undefined ? {} : { account }),
    ...(from === undefined ? {} : { from }),
    ...(other === undefined ? {} : { to: other }),
  }
  const found = await ask(terminal, { command: 'session.diff', params, result: told })
  if (terminal.json) return terminal.say(JSON.stringify(found))
  const lines = [...linesOf('cookie', found.cookies), ...linesOf('key', found.storage)]
  terminal.say(`${called(found.account, found.name)}, from version ${found.from} to version ${found.to}`)
  if (lines.length === 0) return terminal.say('  nothing differs')
  for (const line of lines) await terminal.write(line)
}

const linesOf = (what: 'cookie' | 'key', { added, gone, changed, unnamed }: ChangedNames): readonly string[] => [
  ...added.map((name) => `  + ${what} ${named(name)}`),
  ...gone.map((name) => `  - ${what} ${named(name)}`),
  ...changed.map((name) => `  ~ ${what} ${named(name)}, changed`),
  ...(unnamed === 0 ? [] : [`  and ${unnamed} more`]),
]
