import { ToolSchema, type Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js'
import type { Asker } from '@countersign/shared/approval/prompt'
import { z } from 'zod'
import type { Approved, Cover, Road, Wish } from '../access/authorize.ts'
import type { LedgerCall } from '../access/ledger-call.ts'
import type { Refused } from '../access/save.ts'
import { ruleName } from '../policy/rule-name.ts'
import type { Answer } from './answer.ts'

/** What a tool is of, which decides what hosts are told of it. */
type Kind = 'read' | 'write'

/** What a tool's handler is given once the road is free. */
export type ToolContext = {
  readonly asker: Extract<Asker, { kind: 'agent' }>
  readonly signal: AbortSignal
  /** What lets the call run: the person's yes, or what stands since before. */
  readonly leave: Leave
  readonly entry: LedgerCall
  /** Puts the same question again, with what the tab shows now. @param left seconds that are left of the first one */
  again(left: number): Promise<Road>
  /**
   * Asks her after all, where what stands since before is not enough.
   * @param coveredBy the id of the question whose yes put the policy in force, where it is the policy that covers the account from then on
   */
  ask(coveredBy: string | null): Promise<Road>
}

export type Leave =
  | { readonly kind: 'approval'; readonly approval: Approved }
  | { readonly kind: 'cover'; readonly cover: Cover }

/** One call of a tool, its arguments parsed. */
export type PreparedCall = {
  readonly reason: string | null
  /** The arguments, the reason aside: calls with the same ones are the same call. */
  readonly args: unknown
  readonly subjects: Wish['subjects']
  run(context: ToolContext): Promise<Answer | Refused>
}

export type Tool = {
  readonly name: string
  readonly kind: Kind
  /** The name that rules, counters and prompts know it by. */
  readonly rule: string
  /** As `tools/list` gives it. */
  readonly listed: ListedTool
  prepare(raw: unknown): { readonly call: PreparedCall } | { readonly problems: readonly string[] }
}

const annotationsOf = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  // It adds a version and takes none away that counts.
  write: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
} as const

/** A tool as data: what is listed, and the one handler. */
export const tool = <I extends z.ZodType>(described: {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly kind: Kind
  readonly input: I
  readonly output: z.ZodType
  reason?(input: z.output<I>): string | null
  args?(input: z.output<I>): unknown
  readonly subjects: Wish['subjects']
  run(input: z.output<I>, context: ToolContext): Promise<Answer | Refused>
}): Tool => {
  const { name, title, description, kind, input, output, subjects } = described
  return {
    name,
    kind,
    rule: ruleName(name),
    listed: ToolSchema.parse({
      name,
      title,
      description,
      inputSchema: jsonSchema(input),
      outputSchema: jsonSchema(output),
      annotations: { title, ...annotationsOf[kind] },
    }),
    prepare: (raw) => {
      const parsed = input.safeParse(raw ?? {})
      if (!parsed.success) return { problems: parsed.error.issues.map(problem) }
      const { data } = parsed
      const reason = described.reason?.(data) ?? null
      const args = described.args?.(data) ?? {}
      return { call: { reason, args, subjects, run: (context) => described.run(data, context) } }
    },
  }
}

/** Without `$schema`: some hosts know only one draft, and these schemas mean the same in each. */
const jsonSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return rest
}

/** Where and what is wrong; never the value itself. */
const problem = ({ path, message }: { path: readonly PropertyKey[]; message: string }): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`
