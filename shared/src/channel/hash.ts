import { type Bytes, joined } from './bytes.ts'

export type Field = string | Uint8Array

const utf8 = new TextEncoder()

/** SHA-256 over the fields, each behind its length, so that no two lists of fields are hashed alike. */
export async function hash(label: string, ...fields: readonly Field[]): Promise<Bytes> {
  const parts = [label, ...fields].flatMap((field) => {
    const bytes = typeof field === 'string' ? utf8.encode(field) : field
    return [lengthOf(bytes), bytes]
  })
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)))
}

function lengthOf(bytes: Uint8Array): Bytes {
  const prefix = new Uint8Array(4)
  new DataView(prefix.buffer).setUint32(0, bytes.length)
  return prefix
}
