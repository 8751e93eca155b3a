import type { Promised } from './promised.ts'

/** Nothing moves without the person. */
export const personPromises: readonly Promised[] = [
  {
    id: 'asked-first',
    says: "An agent's `save_session` does nothing before her yes; a no and silence save nothing, and tell the agent why and what it may do next.",
    scenarios: [
      { file: 'ask-and-approve', title: 'a yes' },
      { file: 'ask-and-approve', title: 'a no' },
      { file: 'ask-and-approve', title: 'without an answer' },
    ],
  },
  {
    id: 'one-yes-one-question',
    says: 'A yes counts for the very question that she read, and once unless she said that it lasts; an answer to anything else is refused.',
    scenarios: [
      { file: 'fooling-the-prompt', title: 'an answer to something else' },
      {
        file: 'two-browsers',
        title: 'with two paired browsers, signed in as two accounts > of two yeses at the same moment one counts',
      },
    ],
  },
  {
    id: 'lasting-yes-is-narrow',
    says: 'A yes that lasts counts for that agent, that tool and that account, for fifteen minutes or until that browser closes, and not beyond a click on Forget, a pause, another policy or a restart; an export never gets one.',
    scenarios: [
      { file: 'remembered', title: 'a yes for once' },
      { file: 'remembered', title: 'a yes until the browser closes' },
      { file: 'remembered', title: 'a yes for 15 minutes' },
      { file: 'remembered', title: 'the browser is closed' },
      {
        file: 'policy-unasked',
        title: 'a look that a policy asks about shows what is called, and runs unasked on a yes that lasts',
      },
    ],
  },
  {
    id: 'policy-covers-named-accounts',
    says: 'A policy that lets saves run without asking covers the accounts that she said yes to, and each other one, like a sign-in that is uncertain, asks first.',
    scenarios: [
      {
        file: 'policy-unasked',
        title: 'covers the accounts that its question named, and a further one after a yes that says so',
      },
      { file: 'policy-unasked', title: 'covers no account that was not said yes to, and no sign-in that is uncertain' },
      { file: 'policy-unasked', title: 'goes on after a restart, and ends at once where a policy asks again' },
    ],
  },
  {
    id: 'still-as-shown',
    says: 'When the account, the origin of the tab or the sign-in is no longer what she was shown, nothing is stored, and she is asked again or told why.',
    scenarios: [{ file: 'sign-in-states', title: 'when it changes between the prompt and her yes' }],
  },
  {
    id: 'closing-is-no-answer',
    says: 'Closing the prompt answers nothing: the question waits on until its time is up, and then the answer is no.',
    scenarios: [
      { file: 'surfaces', title: 'closing the popup' },
      {
        file: 'surfaces',
        title:
          'with Chrome out of sight > closing the window answers nothing: a click on the icon shows the same question again',
      },
      {
        file: 'ask-and-approve',
        title:
          'without an answer > the call ends at the deadline with a no; until then progress comes to who asked for it',
      },
    ],
  },
  {
    id: 'question-survives',
    says: "A question outlives the extension's worker, which is back within 45 seconds, and a browser that is opened again within a minute; it is there once, and the same.",
    scenarios: [
      { file: 'worker-stopped', title: 'the worker is stopped in the middle of an approval' },
      { file: 'worker-stopped', title: 'the browser is closed in the middle of an approval' },
    ],
  },
  {
    id: 'question-goes-with-its-asker',
    says: 'When the agent cancels or goes before it was told to come back, its question goes within a second, and a late answer is refused.',
    scenarios: [
      { file: 'ask-and-approve', title: 'an agent that does not wait for the answer' },
      {
        file: 'http-agents',
        title:
          'an agent over HTTP > takes its question away by cancelling, by closing, and by being killed in the middle, within a second',
      },
    ],
  },
  {
    id: 'late-answer-kept',
    says: 'An agent that cannot wait longer is told so in time, and takes her late answer with the same call: once, and within ten minutes.',
    scenarios: [
      {
        file: 'patience',
        title:
          'three real clients at once: one that hears of progress, one that does not, one that gives up after a minute',
      },
      { file: 'patience', title: 'a client that hears of progress' },
    ],
  },
  {
    id: 'one-question-at-a-time',
    says: 'Equal calls of an agent share one question, a different one meanwhile is refused as busy, and she sees one question at a time, none of which slides under the click for the last.',
    scenarios: [
      { file: 'ask-and-approve', title: 'calls at the same time' },
      {
        file: 'http-agents',
        title: 'an agent over HTTP > shares one question with its own other connection on stdio',
      },
      { file: 'attacks', title: 'a companion that runs > is not buried in questions of the terminal' },
      { file: 'surfaces', title: 'two agents at once' },
    ],
  },
  {
    id: 'first-answer-settles',
    says: 'With several browsers a question stands in each; the first answer settles it in all, and the capture comes from the browser that gave it.',
    scenarios: [{ file: 'two-browsers', title: 'with two paired browsers, signed in as two accounts' }],
  },
  {
    id: 'twins-are-one',
    says: '`save_session` and `manual_login` are one tool with one question, and a name that is spelled otherwise is none.',
    scenarios: [
      { file: 'ask-and-approve', title: 'a yes > to %s saves the session, and gives counts and times of it' },
      {
        file: 'ask-and-approve',
        title:
          'calls at the same time > share one question and its answer when they are the same, by either name and for any reason',
      },
      {
        file: 'ask-and-approve',
        title: 'who asks > is nobody with a name that is no tool’s, even by a letter’s case',
      },
    ],
  },
  {
    id: 'pause-stops-all',
    says: '"Pause all agents" ends their calls and refuses new ones at once, unasked, until she presses Resume; restarts, kills and edits do not lift it.',
    scenarios: [{ file: 'pause', title: 'pausing all agents' }],
  },
  {
    id: 'denied-twice-is-muted',
    says: 'Two clicks on Deny for the same thing within a minute mute the asker, an agent or the terminal; what it asks for is then refused unasked, without a row in the ledger for each call, and restarts, kills and edits lift it no sooner than her click in the popup.',
    scenarios: [
      { file: 'muting', title: 'an agent that was denied the same thing twice within a minute' },
      { file: 'muting', title: 'the terminal' },
    ],
  },
  {
    id: 'agents-change-by-her-yes',
    says: 'No agent is renamed, unmuted or given a new token before her yes; an old token is worth nothing within a second, also for what is connected with it.',
    scenarios: [
      { file: 'agents', title: 'a new token' },
      { file: 'agents', title: 'a new name' },
      { file: 'muting', title: 'the commands' },
    ],
  },
  {
    id: 'kept-to-one-account',
    says: "An agent that she keeps to one account gets nothing of another's tab, with a question or without, by either name of the tool, and is told so at once; only her yes keeps it to another account or to none, and an edit or an older copy of its grant shuts it out.",
    scenarios: [
      {
        file: 'account-pin',
        title: 'an agent is let in for one account by a yes to a question that says whose',
      },
      {
        file: 'account-pin',
        title: 'it saves of that account once she says yes, and its prompt and its row in the popup say so',
      },
      {
        file: 'account-pin',
        title:
          "another account's tab is refused at once, in plain words and by either name of the tool; who may ask for any is asked about",
      },
      {
        file: 'account-pin',
        title: 'a policy that lets saves run without asking lets none run of another account',
      },
      { file: 'account-pin', title: 'it is for another account, or for any, only after a yes' },
      {
        file: 'grants-tampered',
        title: 'an older copy of a grant > from before it was kept to one account: it does not get at the others again',
      },
    ],
  },
  {
    id: 'policy-opens-by-her-yes',
    says: 'What a policy opens takes effect only after her yes to that very text, whoever wrote it into `policy.json`; what only closes takes effect at once.',
    scenarios: [
      {
        file: 'policy',
        title:
          'policy.json > that only closes takes effect at once, with no browser paired; what opens that again waits',
      },
      {
        file: 'policy',
        title: 'policy.json > waits for a browser that is paired later, and is in force after her yes',
      },
      {
        file: 'policy',
        title:
          'policy.json > as other gateways recommend it: says that save_session would not ask, and opens nothing before her yes',
      },
      {
        file: 'policy',
        title: 'policy.json > keeps asking where she chose that instead, and is not asked about again',
      },
      {
        file: 'policy',
        title: 'policy.json > that she denied changes nothing, and is not asked about again by a restart',
      },
      {
        file: 'policy',
        title: 'policy.json > that is newer takes the place of the older, whose answer counts no more',
      },
      { file: 'policy', title: 'policy.json > that a command proposed goes with the command, question and all' },
    ],
  },
  {
    id: 'bad-policy-changes-nothing',
    says: 'A `policy.json` with mistakes changes nothing, and popup and terminal say so.',
    scenarios: [
      { file: 'policy', title: 'policy.json > that has mistakes changes nothing, and status tells how many' },
    ],
  },
  {
    id: 'limits-hold',
    says: 'A limit holds for any stretch of time as long as its window, for both names of a tool together, and a refusal says after how many seconds the next call may pass.',
    scenarios: [{ file: 'recommended-policy', title: 'the recommended policy' }],
  },
  {
    id: 'policy-told-beforehand',
    says: 'The terminal tells all mistakes of a policy at once, and what would become of a call, before anything changes; what it proposes opens nothing before her yes.',
    scenarios: [
      { file: 'policy-commands', title: 'with no companion' },
      { file: 'policy-commands', title: 'with a companion and a browser' },
    ],
  },
  {
    id: 'one-whole-policy',
    says: 'Each call is decided by one whole policy, and one that waits for her ends as soon as a policy closes its tool.',
    scenarios: [
      {
        file: 'policy',
        title:
          'policy.json > changed fifty times under load: each call is decided by one whole policy, and never by an older one',
      },
      { file: 'policy', title: 'a call that waits for her' },
    ],
  },
  {
    id: 'reads-until-a-browser',
    says: 'After a start nothing but reads runs before a browser has connected that remembers the ledger.',
    scenarios: [
      {
        file: 'policy',
        title:
          'policy.json > in force lets nothing but reads run after a start, until a browser that remembers has connected',
      },
    ],
  },
]
