import { CountersignError } from '@countersign/shared/errors'
import { z } from 'zod'
import { keyPem } from '../browser-key.ts'
import { ago } from './age.ts'
import { ask, askStarting } from './ask.ts'
import { resetEverything } from './reset.ts'
import type { Terminal } from './terminal.ts'

const offer = z.object({ code: z.string(), url: z.string(), expiresAt: z.iso.datetime() })
const before = z.object({
  before: z.object({
    paired: z.array(z.object({ label: z.string(), fingerprint: z.string() })),
    resetAt: z.iso.datetime().nullable(),
  }),
})
const held = z.object({ held: z.object({ browser: z.string(), fingerprint: z.string() }) })
const paired = z.object({ paired: z.literal(true), browser: z.string(), fingerprint: z.string() })
const unpaired = z.object({ removed: z.string(), reset: z.boolean() })
const browsers = z.array(
  z.object({ label: z.string(), fingerprint: z.string(), connected: z.boolean(), key: z.string() }),
)

/** Shows a code, and waits for the browser that takes it. */
export const pair = async (terminal: Terminal, { reset }: { reset: boolean }): Promise<void> => {
  if (reset) await resetEverything(terminal)
  const { browser, fingerprint } = await askStarting(terminal, {
    command: 'pair',
    params: {},
    result: paired,
    onEvent: (said) => show(terminal, said),
  })
  terminal.say(
    terminal.json
      ? JSON.stringify({ paired: true, browser, fingerprint })
      : `Paired with ${browser}. Fingerprint ${fingerprint}. Check that the popup shows the same.
Next: open Upwork in that browser, click the Countersign icon, then "Save session".`,
  )
}

const show = (terminal: Terminal, said: unknown): void => {
  const offered = offer.safeParse(said).data
  if (offered !== undefined) {
    const { code, url, expiresAt } = offered
    terminal.say(terminal.json ? JSON.stringify({ code, url, expiresAt }) : invitation(url, code))
    return
  }
  const found = before.safeParse(said).data
  if (found !== undefined && !terminal.json) return terminal.say(standing(found.before, Date.now()))
  const waiting = held.safeParse(said).data
  if (waiting === undefined || terminal.json) return
  const { browser, fingerprint } = waiting.held
  terminal.say(`${browser} (${fingerprint}) waits for your yes in a browser that is paired already.`)
}

/** What whoever pairs has to know first: who can say yes already, and whether all was erased. */
const standing = ({ paired: known, resetAt }: z.output<typeof before>['before'], now: number): string => {
  const browsers = known.map(({ label, fingerprint }) => `${label} (${fingerprint})`)
  const already = browsers.length === 0 ? 'No browser is paired yet.' : `Paired already: ${browsers.join(', ')}.`
  return resetAt === null ? already : `${already} All was erased by a reset, ${ago(resetAt, now)}.`
}

const invitation = (
  url: string,
  code: string,
): string => `Open this link in the browser that you want to pair, and press "Pair":

  ${url}

or paste this code into the extension's popup:

  ${code}

It is good for two minutes and for one browser. Ctrl-C takes it back.`

export const listBrowsers = async (terminal: Terminal): Promise<void> => {
  const all = await ask(terminal, { command: 'pair.list', params: {}, result: browsers })
  if (terminal.json) terminal.say(JSON.stringify(all))
  else if (all.length === 0) terminal.say('No browser is paired. Run `countersign pair`.')
  else {
    for (const { label, fingerprint, connected } of all) {
      terminal.say(`${fingerprint}  ${label}, ${connected ? 'connected' : 'not connected'}`)
    }
  }
}

/** The public key that a browser signs with, for whoever checks what it has signed. */
export const browserKey = async (terminal: Terminal, fingerprint: string | undefined): Promise<void> => {
  const all = await ask(terminal, { command: 'pair.list', params: {}, result: browsers })
  if (all.length === 0) throw new CountersignError('not_paired')
  const wanted = fingerprint?.trim().toUpperCase()
  const found = all.filter((browser) => wanted === undefined || browser.fingerprint === wanted)
  const [browser] = found
  if (browser === undefined) throw new CountersignError('no_such_browser')
  if (found.length > 1) {
    const message = `${found.length} browsers are paired.`
    const next = `Name one of them: ${found.map((each) => `${each.fingerprint} (${each.label})`).join(', ')}.`
    throw new CountersignError('no_such_browser', { message, next })
  }
  const { label, key } = browser
  const pem = keyPem(key)
  if (!terminal.json) return terminal.say(pem.trimEnd())
  terminal.say(JSON.stringify({ label, fingerprint: browser.fingerprint, key, pem }))
}

export const removeBrowser = async (terminal: Terminal, fingerprint: string): Promise<void> => {
  if (!/^[0-9A-Za-z-]{1,40}$/.test(fingerprint)) throw new CountersignError('no_such_browser')
  const done = await ask(terminal, { command: 'pair.remove', params: { fingerprint }, result: unpaired })
  if (terminal.json) return terminal.say(JSON.stringify(done))
  const also = done.reset ? ' It was the last one, so sessions, agents and accepted policies were erased, too.' : ''
  terminal.say(`Unpaired ${done.removed}.${also}`)
}
