import { createHash } from 'node:crypto'
import { extensionIds } from '../bridge/extension-ids.ts'

/*
 * The page behind the pairing link. It hands the code on to the extension and does nothing else: "Pair" is pressed there.
 * The code stands in the fragment, which no server sees, and is taken out of the address before anything else happens.
 */

export const script = `
const code = location.hash.slice(1)
history.replaceState(null, '', location.pathname)

const show = (state) => { document.documentElement.dataset.state = state }
const runtime = globalThis.chrome?.runtime
const handOver = (id) => new Promise((resolve) => {
  try {
    runtime.sendMessage(id, { kind: 'pairing-code', code }, (answer) => resolve(runtime.lastError === undefined ? answer?.kind : 'missing'))
  } catch {
    resolve('missing')
  }
})

if (!/^\\d{1,5}\\.[A-Za-z0-9_-]{43}$/.test(code)) show('empty')
else if (typeof runtime?.sendMessage !== 'function') show('missing')
else Promise.all(${JSON.stringify(extensionIds)}.map(handOver)).then((answers) => show(['handed', 'ignored'].find((kind) => answers.includes(kind)) ?? 'missing'))
`

const style = `
:root { color-scheme: light dark; --paper: #f6f5f2; --card: #ffffff; --ink: #1c1b19; --quiet: #66625a; --line: #e4e1d9; --good: #1f7a4d; --wait: #8a6d1f }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161614; --card: #201f1d; --ink: #f0eee9; --quiet: #a6a197; --line: #34322e; --good: #6fd3a0; --wait: #e0bd63 }
}
* { box-sizing: border-box; margin: 0 }
body { min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { width: min(440px, 100%); padding: 36px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 1px 2px #0000000d, 0 12px 32px #0000000f }
svg { display: block; width: 40px; height: 40px; margin-bottom: 20px; color: var(--wait) }
[data-state='handed'] svg { color: var(--good) }
h1 { font-size: 21px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance }
p { margin-top: 10px; color: var(--quiet) }
code { padding: 2px 6px; border-radius: 6px; background: var(--paper); color: var(--ink); font: 14px ui-monospace, monospace }
footer { margin-top: 28px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 13px }
section { display: none }
:root:not([data-state]) .waiting, [data-state='handed'] .handed, [data-state='ignored'] .ignored, [data-state='missing'] .missing, [data-state='empty'] .empty { display: block }
svg .tick { display: none }
[data-state='handed'] svg .tick { display: inline }
`

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pair with Countersign</title>
<script>${script}</script>
<style>${style}</style>
</head>
<body>
<main aria-live="polite">
<svg viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<circle cx="20" cy="20" r="17"/><path class="tick" d="m13 20.5 5 5 9.5-10.5"/>
</svg>
<section class="waiting"><h1>Looking for the Countersign extension…</h1>
<noscript><p>This page needs JavaScript. Or paste the code that your terminal shows into the popup.</p></noscript></section>
<section class="handed"><h1>Handed to Countersign. Press Pair there.</h1>
<p>If you don’t see it, click the Countersign icon in Chrome’s toolbar. You can close this page.</p></section>
<section class="ignored"><h1>This browser is paired already.</h1>
<p>To pair it anew, open the Countersign popup, unpair it there, and run <code>countersign pair</code> again.</p></section>
<section class="missing"><h1>This page needs Chrome with the Countersign extension.</h1>
<p>Or paste the code that your terminal shows into the popup.</p></section>
<section class="empty"><h1>There is no pairing code in this address.</h1>
<p>Run <code>countersign pair</code> and open the link that it shows.</p></section>
<footer>A page of the companion on this computer. The code never leaves it.</footer>
</main>
</body>
</html>
`

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

export const pairPage = {
  html,
  policy: [
    "default-src 'none'",
    `script-src ${sourceOf(script)}`,
    `style-src ${sourceOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const
