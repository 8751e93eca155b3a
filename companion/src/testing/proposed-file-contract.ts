import { expect, it } from 'vitest'
import type { Proposed, ProposedFile } from '../policy/proposed-file.ts'

/** What a matcher stands for is checked when it is met, and not before. */
const matching = (matcher: unknown): unknown => matcher

/** A file that a test can write, and whoever looks after it. */
export type Watched = {
  readonly file: ProposedFile
  /** In its place. */
  write(text: string): void
  /** Another file takes its name, as most editors do it. */
  replace(text: string): void
  remove(): void
  /** Until all that was done has come to rest. */
  rest(): Promise<void>
}

/** What every keeper of `policy.json` does. */
export const proposedFileContract = (open: () => Watched | Promise<Watched>): void => {
  const setUp = async () => {
    const watched = await open()
    const told: Proposed[] = []
    const stop = watched.file.onChange(() => told.push(watched.file.read()))
    const texts = () => told.map((one) => (one.kind === 'text' ? one.text : one.kind))
    return { ...watched, told, texts, stop }
  }

  it('is absent until it is there, and tells of it once', async () => {
    const { file, write, rest, texts } = await setUp()
    expect(file.read()).toEqual({ kind: 'absent' })
    write('{}')
    await rest()
    expect(file.read()).toMatchObject({
      kind: 'text',
      text: '{}',
      digest: matching(expect.stringMatching(/^[0-9a-f]{64}$/)),
    })
    expect(texts()).toEqual(['{}'])
  })

  it('tells of each text that takes the place of another, and of the end', async () => {
    const { write, replace, remove, rest, texts } = await setUp()
    write('one')
    await rest()
    replace('two')
    await rest()
    remove()
    await rest()
    write('three')
    await rest()
    expect(texts()).toEqual(['one', 'two', 'absent', 'three'])
  })

  it('says nothing of a file that was written as it was', async () => {
    const { write, rest, texts } = await setUp()
    write('one')
    await rest()
    write('one')
    await rest()
    expect(texts()).toEqual(['one'])
  })

  it('tells nobody who does not want to hear any more, and nothing after the end', async () => {
    const { file, write, rest, stop, texts } = await setUp()
    stop()
    write('one')
    await rest()
    file.close()
    write('two')
    await rest()
    expect(texts()).toEqual([])
  })
}
