import { PassThrough, Readable, Writable } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineTooLong, readLines, writeLine } from './lines.ts'

const collect = async (chunks: readonly Buffer[], limit?: number) => {
  const lines: string[] = []
  for await (const line of readLines(Readable.from(chunks), limit === undefined ? undefined : () => limit))
    lines.push(line)
  return lines
}

describe('reading lines', () => {
  it('gives the same lines however they are cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\n'))),
        fc.array(fc.nat(20)),
        async (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          const chunks: Buffer[] = []
          let from = 0
          for (const cut of cuts) {
            chunks.push(bytes.subarray(from, from + cut))
            from += cut
          }
          chunks.push(bytes.subarray(from))
          expect(await collect(chunks)).toEqual(lines.map((line) => Buffer.from(line).toString()))
        },
      ),
      { numRuns: 50 },
    ))

  it('leaves out what has no end', async () => {
    expect(await collect([Buffer.from('whole\nhalf')])).toEqual(['whole'])
  })

  it.each([[[Buffer.from('12345678\n')]], [[Buffer.from('1234'), Buffer.from('5678')]]])(
    'refuses a line over the limit, whole or growing',
    async (chunks) => {
      await expect(collect(chunks, 7)).rejects.toBeInstanceOf(LineTooLong)
    },
  )
})

describe('a line that has not ended', () => {
  const reading = (chunks: readonly string[], most: number) => {
    let held = 0
    let highest = 0
    const hold = (bytes: number) => {
      held += bytes
      highest = Math.max(highest, held)
      return held <= most
    }
    const lines = readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), undefined, hold)
    return { lines, held: () => held, highest: () => highest }
  }

  it('counts while it is kept, and no longer', async () => {
    const { lines, held, highest } = reading(['12', '345', '6\n78', '9\n0'], 10)
    const read: string[] = []
    for await (const line of lines) read.push(line)
    expect({ read, held: held(), highest: highest() }).toEqual({ read: ['123456', '789'], held: 0, highest: 5 })
  })

  it('is given up when it is more than may be kept, and what was kept is given back', async () => {
    const { lines, held } = reading(['123', '456'], 5)
    await expect(lines.next()).rejects.toBeInstanceOf(LineTooLong)
    expect(held()).toBe(0)
  })

  it('is given back when nobody reads on', async () => {
    const { lines, held } = reading(['1\n234', '567'], 10)
    expect(await lines.next()).toEqual({ done: false, value: '1' })
    await lines.return('')
    expect(held()).toBe(0)
  })
})

describe('writing a line', () => {
  it('waits until a full stream has room', async () => {
    const stream = new PassThrough({ highWaterMark: 1 })
    let written = false
    const writing = writeLine(stream, 'text').then(() => {
      written = true
    })
    await new Promise(setImmediate)
    expect(written).toBe(false)
    stream.read()
    await writing
  })

  it('does not wait for a stream that goes away or is gone', async () => {
    const stream = new Writable({ highWaterMark: 1, write: () => undefined })
    stream.on('error', () => undefined)
    const writing = writeLine(stream, 'text')
    stream.destroy(new Error('gone'))
    await expect(writing).resolves.toBeUndefined()
    await expect(writeLine(stream, 'more')).resolves.toBeUndefined()
  })
})
