import type { Promised } from './promised.ts'

/** It does what it is for. */
export const workPromises: readonly Promised[] = [
  {
    id: 'whole-session',
    says: 'One click saves the whole session, and a browser that was never at the site arrives signed in with it.',
    scenarios: [
      { file: 'click-to-save', title: 'clicking Save session' },
      {
        file: 'reach',
        title:
          'a capture > takes 3 MiB of storage over two origins, with whatever a page may write there, and an export gives it back byte for byte',
      },
    ],
  },
  {
    id: 'formats-arrive',
    says: "What is let out for Playwright, Puppeteer or curl arrives signed in, with every cookie as it was or named as one that the format can't hold.",
    scenarios: [
      {
        file: 'formats',
        title:
          'a session that is let out > to Playwright arrives signed in, with all of it and with what a sign-in needs',
      },
      {
        file: 'formats',
        title: 'a session that is let out > to Puppeteer arrives signed in, and its cookies are there as they were',
      },
      {
        file: 'formats',
        title:
          'a session that is let out > as cookies.txt lets curl in, and without what was left out by name it does not',
      },
      {
        file: 'formats',
        title:
          'a session that is let out > as a Cookie header goes to stdout alone, and through a pipe into curl, never into arguments',
      },
      {
        file: 'formats',
        title: 'a session that is let out > in our own format is the whole session, as anybody can read it',
      },
    ],
  },
  {
    id: 'left-out-is-named',
    says: 'A save is of the Upwork tab that she used last; tabs that hang, sleep or hold too much do not stop it, and what is left out is named.',
    scenarios: [
      { file: 'reach', title: 'a capture > is of the Upwork tab before her, else of the one that she used last' },
      {
        file: 'reach',
        title:
          'a capture > leaves out storage that is too large, the largest origin first, and names it; cookies it takes always',
      },
      {
        file: 'reach',
        title: 'a capture > waits for no tab that hangs: its storage is left out, and named; cookies it takes always',
      },
      { file: 'reach', title: 'a capture > lets a tab sleep that Chrome has discarded' },
      {
        file: 'reach',
        title: 'a capture > has nothing to be of when no Upwork tab is open: the popup says so, and opens one',
      },
    ],
  },
  {
    id: 'weather-said-alike',
    says: 'Agent, terminal, popup and badge say the same of a saved session: whether it should still be good, and how it stands to what the browser holds now; when that turns for the worse, one quiet notification tells her.',
    scenarios: [{ file: 'weather', title: 'the weather of a saved session' }],
  },
  {
    id: 'asked-where-she-is',
    says: 'A question comes before her in the popup, or in a window when Chrome is not in front.',
    scenarios: [
      { file: 'surfaces', title: 'with Chrome in front' },
      { file: 'surfaces', title: 'with Chrome out of sight' },
    ],
  },
  {
    id: 'paired-by-her-press',
    says: 'A link or a pasted code pairs, by her press on Pair and nothing less; what is wrong with a code is said.',
    scenarios: [
      { file: 'pairing', title: 'by link' },
      { file: 'pairing', title: 'by hand' },
    ],
  },
  {
    id: 'stdio-and-http-alike',
    says: 'An agent gets the same tools and answers on stdio and over HTTP, and the relay on stdio has nothing to load.',
    scenarios: [
      { file: 'http-agents', title: 'an agent over HTTP' },
      { file: 'companion-relay', title: 'the relay > brings nothing along but node: modules' },
    ],
  },
  {
    id: 'found-again',
    says: 'Whatever ended it, the companion is there again for the next command, agent or browser.',
    scenarios: [
      { file: 'companion-starts', title: 'the companion' },
      { file: 'companion-restarts', title: 'an agent may come by its token file, and finds no companion running' },
      {
        file: 'companion-killed',
        title:
          'killed while questions are open > a browser that has begun to wait between its tries is there at once when the popup opens',
      },
    ],
  },
  {
    id: 'next-step-named',
    says: 'Wrong usage and refusals of the terminal end with a code and one line that says what to do next.',
    scenarios: [
      { file: 'companion-usage', title: 'without a companion' },
      { file: 'bad-input', title: 'ports > %s is no port: says so' },
    ],
  },
  {
    id: 'no-idle-permission',
    says: 'Each permission of the extension is needed: without it a story fails.',
    scenarios: [
      { file: 'permissions', title: 'with all its permissions' },
      { file: 'permissions', title: 'with one of them taken away' },
      { file: 'permissions', title: 'the list of permissions' },
    ],
  },
  {
    id: 'strict-witnesses',
    says: 'The stand-in for the site turns away every copy that is not faithful, and the search for values finds them in whatever form.',
    scenarios: [
      { file: 'stand-in', title: 'the stand-in for upwork.com' },
      { file: 'canary', title: 'the search' },
    ],
  },
]
