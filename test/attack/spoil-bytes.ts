import type { Chance } from '../support/chance.ts'

/** Changes one byte, anywhere in it. */
export function changed(bytes: Buffer, chance: Chance): Buffer {
  return changedAt(bytes, chance.whole(0, bytes.length - 1), chance.whole(1, 255))
}

export function changedAt(bytes: Buffer, at: number, by: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ by, at)
  return copy
}

/** Takes some bytes off the end, and perhaps all. */
export function cutShort(bytes: Buffer, chance: Chance): Buffer {
  return bytes.subarray(0, chance.whole(0, bytes.length - 1))
}

export function lengthened(bytes: Buffer, chance: Chance): Buffer {
  return Buffer.concat([bytes, chance.bytes(chance.whole(1, 40))])
}

/** Writes over a part of it. */
export function overwritten(bytes: Buffer, at: number, by: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(by, at)
  return copy
}
