import type { Overview } from '@countersign/shared/protocol/overview'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { Stranger } from '../ui/stranger.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import type { Act } from './use-act.ts'
import { ago } from './words.ts'

type ThisBrowserProps = { state: SurfaceState; overview: Overview; act: Act; now: number }
type PairedBrowser = Overview['browsers'][number]

/** What is paired, where the key lies, and the way out. */
export const ThisBrowser = ({ state, overview, act, now }: ThisBrowserProps) => {
  const { browsers, key, resetAt, port, version } = overview
  const [asked, setAsked] = useState<string | null>(null)
  const online = state.link.state === 'connected'
  return (
    <section class="section">
      <details>
        <summary>This browser</summary>
        <ul class="rows browsers">
          {browsers.map((browser) => (
            <li key={browser.fingerprint}>
              <Browser browser={browser} />
              {asked === browser.fingerprint ? null : (
                <Button
                  size="small"
                  disabled={!online}
                  busy={act.running !== null}
                  describedBy={`browser-${browser.fingerprint}`}
                  onPress={() => setAsked(browser.fingerprint)}
                >
                  Unpair
                </Button>
              )}
              {asked === browser.fingerprint && (
                <Confirm
                  last={browsers.length === 1}
                  you={browser.you}
                  onYes={() => {
                    setAsked(null)
                    act.run({ kind: 'unpair', fingerprint: browser.fingerprint })
                  }}
                  onNo={() => setAsked(null)}
                />
              )}
            </li>
          ))}
        </ul>
        {state.signingKey !== null && <SigningKey text={state.signingKey} />}
        <p class="muted small">
          Countersign {version} on port {port}.{resetAt !== null && ` Last reset ${ago(Date.parse(resetAt), now)}.`}
        </p>
      </details>
      {key === 'file' && (
        <p class="muted small">
          The key to your saved sessions lies in a file that only your user may read, as this machine has no keychain.
        </p>
      )}
    </section>
  )
}

/** From this browser's own keys, so that a check with it need not trust the companion. */
const SigningKey = ({ text }: { text: string }) => (
  <div class="key">
    <p class="muted small">
      This browser's public key, for <code>countersign ledger verify --key</code>:
    </p>
    <Command text={text} />
  </div>
)

const Browser = ({ browser: { label, fingerprint, connected, you } }: { browser: PairedBrowser }) => (
  <span id={`browser-${fingerprint}`}>
    <Stranger text={label} limit={60} /> {you && <span class="tag">this one</span>}
    <br />
    <span class="muted small">
      <span class="print mono">{fingerprint}</span>
      {connected ? ', connected' : ''}
    </span>
  </span>
)

const Confirm = ({ last, you, onYes, onNo }: { last: boolean; you: boolean; onYes: () => void; onNo: () => void }) => (
  <div class="note bad confirm">
    <p>
      {last
        ? 'It is the only one. Unpairing it erases all saved sessions and all agents.'
        : you
          ? 'This browser can then no longer approve anything, until it is paired anew.'
          : 'That browser can then no longer approve anything.'}
    </p>
    <div class="row">
      <Button size="small" onPress={onNo}>
        Keep it
      </Button>
      <Button size="small" look="danger" onPress={onYes}>
        {last ? 'Unpair and erase' : 'Unpair it'}
      </Button>
    </div>
  </div>
)
