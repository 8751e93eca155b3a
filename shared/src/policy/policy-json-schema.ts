import { z } from 'zod'
import { policyFile } from './policy-file.ts'

/** The grammar of `policy.json` as JSON Schema, by which editors complete and underline; `policy.schema.json` has it. */
export const policyJsonSchema = (): unknown => ({
  title: 'policy.json: what each tool may do',
  ...z.toJSONSchema(policyFile, { target: 'draft-7', io: 'input' }),
})
