import { style } from './style.ts'

export type Storage = {
  readonly local: Readonly<Record<string, string>>
  readonly session: Readonly<Record<string, string>>
}

const jobs = [
  { title: 'Translate a product handbook, Dutch to English', terms: 'Fixed price · $640 · Intermediate' },
  { title: 'Rework the charts of a quarterly report', terms: 'Hourly · $38–$55 · Expert' },
  { title: 'Tidy a small TypeScript code base', terms: 'Hourly · $60–$85 · Expert' },
]

export function feedPage(name: string, id: string, deviceKnown: boolean, storage: Storage): string {
  const cards = jobs.map(({ title, terms }) => `<li class="card"><h2>${title}</h2><p>${terms}</p></li>`).join('')
  return page(
    'Best matches',
    `<h1>Best matches</h1>
     <p class="who" role="status" data-signed-in-as="${escape(id)}" data-device="${deviceKnown ? 'known' : 'new'}">
       Signed in as <strong>${escape(name)}</strong> <span>${escape(id)}</span></p>
     <ul>${cards}</ul>
     <p><a href="/nx/rotate">Rotate the token</a> · <a href="/ab/account-security/logout">Log out</a></p>`,
    storage,
  )
}

export function loginPage(accounts: readonly string[], variant: string, problem?: string): string {
  const options = accounts.map((id) => `<option value="${escape(id)}">`).join('')
  return page(
    'Log in',
    `<h1>Log in</h1>
     ${problem === undefined ? '' : `<p role="alert">${escape(problem)}</p>`}
     <form class="card" method="post" action="/ab/account-security/login">
       <label for="username">Username</label>
       <input id="username" name="username" list="accounts" autocomplete="off" required>
       <datalist id="accounts">${options}</datalist>
       <input type="hidden" name="variant" value="${escape(variant)}">
       <button>Log in</button>
     </form>`,
  )
}

export function communityPage(storage: Storage): string {
  return page(
    'Community',
    '<h1>Community</h1><p class="card">Another origin of the same site, with storage of its own.</p>',
    storage,
  )
}

/** Fills this origin's localStorage by so many KiB; the title tells when it is done, since that takes a while. */
export function fillPage(kib: number, value: string): string {
  return page(
    'Filling',
    `<h1>Storage</h1><p role="status" class="card">${kib} KiB in this origin's storage</p>
     <script>
       const piece = ${literal(value)}.padEnd(16 * 1024, '.')
       for (let at = 0; at < ${kib / 16}; at++) localStorage.setItem('fill-' + String(at).padStart(4, '0'), piece)
       document.title = 'Filled'
     </script>`,
  )
}

export function decoyPage(host: string, storage: Storage): string {
  return page(
    'Not upwork.com',
    `<h1>${escape(host)}</h1><p class="card">A site that only looks like upwork.com.</p>`,
    storage,
  )
}

export function plainPage(title: string, text: string): string {
  return page(
    title,
    `<h1>${escape(title)}</h1><p class="card">${escape(text)} <a href="/nx/find-work/best-matches">Best matches</a></p>`,
  )
}

function page(title: string, body: string, storage?: Storage): string {
  const writes =
    storage === undefined
      ? ''
      : `<script>
           for (const [name, value] of Object.entries(${literal(storage.local)})) localStorage.setItem(name, value)
           for (const [name, value] of Object.entries(${literal(storage.session)})) sessionStorage.setItem(name, value)
         </script>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>${style}</style></head>
    <body><header><strong>Stand-in for upwork.com</strong><span>A test site on this machine. Nothing here is real.</span></header>
    <main>${body}</main>${writes}</body></html>`
}

function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
