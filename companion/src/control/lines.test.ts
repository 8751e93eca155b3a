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
