import { expect, it } from 'vitest'
import { policyJsonSchema } from './policy-json-schema.ts'

it('is published as it is: `vitest run policy-json-schema -u` writes policy.schema.json anew', async () => {
  await expect(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../policy.schema.json')
})
