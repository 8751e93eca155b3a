import { Secret } from '@countersign/shared/secret'
import { encodeSession } from '@countersign/shared/session/session'
import { type Format, noOptions } from './format.ts'
import { storageLeftOut } from './notes.ts'

/**
 * Our own, and the only one that holds all: every attribute of a cookie in WebExtensions' words, both kinds of web storage, and what
 * the browser calls itself. `version` changes when a reader of it would have to.
 */
export const json: Format = {
  name: 'json',
  options: noOptions,
  write: (session) => ({
    text: new Secret(
      `${JSON.stringify({ format: 'countersign-session', version: 1, session: encodeSession(session) }, undefined, 2)}\n`,
    ),
    cookies: session.cookies.length,
    origins: session.origins.length,
    notes: storageLeftOut(session),
  }),
}
