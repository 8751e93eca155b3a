import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Prompt } from '@countersign/shared/approval/prompt'
import { z } from 'zod'
import type { Companion } from './companion.ts'
import { until } from './until.ts'
import type { Line } from './wire-browser.ts'

const shown = z.object({
  text: z.string(),
  number: z.int(),
  how: z.enum(['default', 'accepted', 'closed']),
  path: z.string(),
  proposal: z.object({
    state: z.string(),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
    opens: z.array(z.string()),
    closes: z.array(z.string()),
  }),
})
export type ShownPolicy = z.output<typeof shown>

const explained = z.object({ decision: z.string(), rule: z.string(), reason: z.string(), limits: z.array(z.string()) })

/** Written as any program of the person's may write it; `inPlace` as an editor that keeps the file. */
export async function proposePolicy(
  { home }: Pick<Companion, 'home'>,
  policy: unknown,
  { inPlace = false }: { inPlace?: boolean } = {},
): Promise<string> {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy, null, 2)
  const path = join(home, 'policy.json')
  const first = inPlace ? path : `${path}.new`
  await writeFile(first, text)
  if (!inPlace) await rename(first, path)
  return text
}

/** `countersign policy show`. */
export async function policyOf(companion: Companion): Promise<ShownPolicy> {
  const { code, stdout, stderr } = await companion.run(['policy', 'show', '--json'])
  if (code !== 0) throw new Error(`No policy is shown: ${stderr}`)
  return shown.parse(JSON.parse(stdout))
}

/** Until what is proposed stands so. */
export function whenProposed(companion: Companion, state: string): Promise<ShownPolicy> {
  return until(`the proposal is ${state}`, async () => {
    const policy = await policyOf(companion)
    return policy.proposal.state === state && policy
  })
}

/** `countersign policy explain`. */
export async function explainTool(companion: Companion, tool: string): Promise<z.output<typeof explained>> {
  const { code, stdout, stderr } = await companion.run(['policy', 'explain', '--tool', tool, '--json'])
  if (code !== 0) throw new Error(`Nothing is explained: ${stderr}`)
  return explained.parse(JSON.parse(stdout))
}

/** Proposes it, has it accepted, and waits until it is in force. */
export async function acceptPolicy(companion: Companion, line: Line, policy: unknown): Promise<void> {
  const text = await proposePolicy(companion, policy)
  const isAbout = ({ subject }: Prompt): boolean => subject.kind === 'accept-policy' && subject.text === text
  await line.answer(await until('this very policy is asked about', () => line.shown().find(isAbout)))
  await until('it is in force', async () => (await policyOf(companion)).text === text)
}
