import type { ChannelEnd } from '@countersign/shared/channel/transport'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { protocolVersion } from '@countersign/shared/protocol/version'
import { z } from 'zod'
import { within } from '../support/until.ts'
import type { WireBrowser } from '../support/wire-browser.ts'

const answer = z.object({
  id: z.int(),
  result: z.unknown().optional(),
  error: z.object({ code: z.string() }).optional(),
})
export type Answer = z.output<typeof answer>

/** A sealed connection on which any text can be said, and every answer is heard. */
export type AskedLine = {
  say(text: string): Promise<void>
  /** The answer to the question with this id; undefined when the connection ended before it. */
  answerTo(id: number): Promise<Answer | undefined>
  /** How it ended; undefined while it stands. */
  end(): ChannelEnd | undefined
  close(): Promise<void>
}

export async function openAskedLine(port: number, browser: WireBrowser): Promise<AskedLine> {
  let gone: () => Promise<unknown> = () => Promise.resolve()
  const transport = await browser.meet(port, (socket) => {
    gone = () => socket.closed()
    return socket
  })
  const answers = new Map<number, Answer>()
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let end: ChannelEnd | undefined
  transport.listen({
    message(text) {
      const parsed = answer.safeParse(JSON.parse(text))
      if (!parsed.success || text.includes('"method":')) return
      const { id } = parsed.data
      answers.set(id, parsed.data)
      waiting.get(id)?.(parsed.data)
    },
    closed(reason) {
      end = reason
      for (const settle of waiting.values()) settle(undefined)
    },
  })
  const hello = { protocol: protocolVersion, version: '0.0.0', head: null, session: crypto.randomUUID() }
  // Whoever has not said this first is told so, whatever it asks.
  await transport.send(JSON.stringify({ id: 0, method: companionMethods.hello.name, params: hello }))
  return {
    say: (text) => transport.send(text),
    end: () => end,
    async answerTo(id) {
      const known = answers.get(id)
      answers.delete(id)
      if (known !== undefined || end !== undefined) return known
      const coming = new Promise<Answer | undefined>((resolve) => waiting.set(id, resolve))
      try {
        return await within(10, `the answer to question ${id}`, coming)
      } finally {
        waiting.delete(id)
        answers.delete(id)
      }
    },
    async close() {
      await transport.close()
      await gone()
    },
  }
}
