import type { Promised } from './promised.ts'

/** No more is taken than the session, and none of its values is shown. */
export const capturePromises: readonly Promised[] = [
  {
    id: 'values-unseen',
    says: 'No value of a session is in anything that an agent is sent, nor in a log, an error, the ledger, a notification, what the extension keeps, a temporary file or an argument of a program.',
    scenarios: [{ file: 'canary', title: 'no secret of the session' }],
  },
  {
    id: 'only-upwork',
    says: 'A capture takes cookies and storage of upwork.com and what is below it, over HTTPS, and nothing of a look-alike.',
    scenarios: [
      {
        file: 'reach',
        title: 'a capture > has nothing of look-alike domains, though they lie open and use the same names',
      },
      {
        file: 'reach',
        title: 'a capture > has nothing of a page that came without encryption, even from the site’s own domain',
      },
    ],
  },
  {
    id: 'only-this-profile',
    says: 'A capture takes the cookie store of the tab that was shown, and nothing of another profile or an incognito window.',
    scenarios: [
      { file: 'reach', title: 'a capture > has nothing of an incognito window, whoever is signed in there' },
      {
        file: 'two-browsers',
        title:
          'with two paired browsers, signed in as two accounts > each shows what it would save itself; the first answer settles it, and a late one is refused',
      },
    ],
  },
  {
    id: 'good-session-stays',
    says: 'A signed-out tab never replaces a saved session, another account is an entry of its own, and she is told.',
    scenarios: [
      { file: 'sign-in-states', title: 'when the person is signed out' },
      { file: 'sign-in-states', title: 'when another account is signed in' },
      {
        file: 'sign-in-states',
        title: 'when no Upwork tab is open an agent is told at once, and she is not asked',
      },
    ],
  },
  {
    id: 'uncertain-is-said',
    says: 'When it is uncertain whose sign-in it is she is told so and asked, at her own click, too.',
    scenarios: [{ file: 'sign-in-states', title: 'when it is uncertain whose sign-in it is' }],
  },
]
