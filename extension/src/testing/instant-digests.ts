import { createHash } from 'node:crypto'
import { vi } from 'vitest'

/** SHA-256 without a turn of the event loop, which a test's own clock would not wait for. */
export const instantDigests = (): void => {
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (_algorithm, data) => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
    return new Uint8Array(createHash('sha256').update(bytes).digest()).buffer
  })
}
