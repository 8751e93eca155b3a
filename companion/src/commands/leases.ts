import { harmlessPath, harmlessText } from '@countersign/shared/approval/harmless-text'
import { releasedCopy, type ReleasedCopy } from '@countersign/shared/protocol/overview'
import { timeLeft } from '@countersign/shared/time-left'
import { z } from 'zod'
import { ask } from './ask.ts'
import { called } from './session-words.ts'
import type { Terminal } from './terminal.ts'

const leftBehind = z.object({ id: z.string(), path: z.string(), why: z.string(), trouble: z.string() })
const listed = z.object({ released: z.array(releasedCopy), leftBehind: z.array(leftBehind) })
const ended = z.object({
  ended: z.array(
    z.object({
      id: z.string(),
      path: z.string(),
      /** What lies there now: `other` is what somebody put in its place, and `unknown` in a folder that is gone. */
      left: z.enum(['nothing', 'other', 'unknown']),
      /** Why its values may still lie there; null when they are gone. */
      trouble: z.string().nullable(),
    }),
  ),
})

/** What is out of the vault now, and what could not be wiped. */
export const listLeases = async (terminal: Terminal): Promise<void> => {
  const told = await ask(terminal, { command: 'leases.list', params: {}, result: listed })
  if (told.leftBehind.length > 0) terminal.bad()
  if (terminal.json) return terminal.say(JSON.stringify(told))
  const lines = leasesInWords(told, Date.now())
  terminal.say(lines.length === 0 ? 'Nothing is out of the vault.' : lines.join('\n'))
}

export const leasesInWords = (told: z.output<typeof listed>, now: number): readonly string[] => [
  ...told.released.map((copy) => `${shortId(copy.id)}  ${copyInWords(copy, now)}`),
  ...told.leftBehind.map(
    ({ id, trouble }) => `${shortId(id)}  ended, and not wiped yet. ${harmlessText(trouble, 4096).text}.`,
  ),
]

/** One copy, as a list tells of it. */
export const copyInWords = ({ kind, account, format, path, command, until, version }: ReleasedCopy, now: number) => {
  const [file, program] = [harmlessPath(path).text, harmlessText(command ?? path, 200).text]
  const what = `${called(account, null)}, version ${version}, ${format}`
  const left = until === null ? 'until it ends' : `${timeLeft(Date.parse(until), now)} left`
  return kind === 'launch' ? `launch  ${program} (${what}), ${left}` : `lease   ${file} (${what}), ${left}`
}

/** Long enough to tell copies apart, and short enough to type. */
const shortId = (id: string): string => id.slice(0, 8)

/** @param id undefined for all of them */
export const endLeases = async (terminal: Terminal, id: string | undefined): Promise<void> => {
  const told = await ask(terminal, { command: 'leases.end', params: { id: id ?? null }, result: ended })
  if (told.ended.some(({ trouble }) => trouble !== null)) terminal.bad()
  if (terminal.json) return terminal.say(JSON.stringify(told))
  if (told.ended.length === 0) terminal.say('Nothing is out of the vault.')
  for (const { path: raw, left, trouble } of told.ended) {
    const path = harmlessPath(raw).text
    const why = harmlessText(trouble ?? '', 4096).text
    if (trouble !== null) terminal.say(`${path} ended, and is not wiped yet. ${why}. Delete it yourself.`)
    else if (left === 'unknown') terminal.say(`${path} ended. Its folder is gone, and nobody knows what became of it.`)
    else if (left === 'other') terminal.say(`${path} ended. What lies there now is not ours, and was left as it is.`)
    else terminal.say(`${path} is wiped.`)
  }
}
