import { refusal } from '@countersign/shared/errors'
import { companionMethods } from '@countersign/shared/protocol/messages'
import { sessionDigest } from '@countersign/shared/session/session'
import type { SurfaceAnswer, SurfaceRequest } from '../surface/messages.ts'
import type { Capture } from './capture.ts'
import type { Connection } from './connection.ts'

type Save = Extract<SurfaceRequest, { kind: 'save' }>

/** The click's way: the click is the yes, so what is captured goes to the companion at once. */
export const createSave =
  (capture: Pick<Capture, 'capture'>, connection: Pick<Connection, 'request'>) =>
  async ({ anyway, name }: Save): Promise<SurfaceAnswer> => {
    const captured = await capture.capture()
    switch (captured.kind) {
      case 'no-tab':
        return { kind: 'refused', ...refusal('no_upwork_tab', { next: 'Open Upwork in Chrome, then try again.' }) }
      case 'signed-out':
        return { kind: 'refused', ...refusal('signed_out', { next: 'Sign in to Upwork there, then try again.' }) }
      case 'failed':
        return { kind: 'refused', ...refusal(captured.code) }
      case 'captured':
        break
    }
    const { session, outline } = captured
    if (session.signIn === 'uncertain' && !anyway) {
      return { kind: 'uncertain', why: outline.why, account: session.account }
    }
    return connection.request(companionMethods.save, {
      session,
      digest: await sessionDigest(session),
      name,
      by: 'click',
    })
  }
