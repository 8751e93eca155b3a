import { parsePairingCode } from '@countersign/shared/channel/pairing-code'
import { z } from 'zod'
import { pairingLinkMessage } from '../surface/messages.ts'

/** What Chrome says of the page. It holds the page's address, so it is never logged. */
const linkSender = z.object({
  origin: z.string(),
  frameId: z.literal(0),
  documentLifecycle: z.literal('active'),
})

/**
 * The code that a pairing link brought, or undefined. The manifest lets any program's page on 127.0.0.1 speak; only the
 * one on the very port that the code names may bring it, from a page that the person is looking at.
 */
export const codeFromLink = (message: unknown, sender: unknown): string | undefined => {
  const said = pairingLinkMessage.safeParse(message)
  const from = linkSender.safeParse(sender)
  if (!said.success || !from.success) return undefined
  const code = parsePairingCode(said.data.code)
  return code.ok && from.data.origin === `http://127.0.0.1:${code.port}` ? said.data.code.trim() : undefined
}
