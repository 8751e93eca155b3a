import type { Promised } from './promised.ts'

/** The local wire trusts keys, not addresses. */
export const wirePromises: readonly Promised[] = [
  {
    id: 'pages-kept-out',
    says: 'A web page is turned away before a byte of what it sends is read: Host has to be our very address, Origin the extension at the bridge and none at `/mcp`.',
    scenarios: [
      { file: 'doors', title: 'a program that sends what it likes' },
      { file: 'doors', title: 'a web page in Chromium' },
      { file: 'http-agents', title: 'a request that is none > %s is refused' },
    ],
  },
  {
    id: 'rebinding-kept-out',
    says: 'A name that was rebound to this machine gets no further, not even at our own port.',
    scenarios: [
      {
        file: 'doors',
        title:
          'a web page in Chromium > at a name that was rebound to our very port is of our origin, and still gets nothing',
      },
      {
        file: 'doors',
        title:
          'a program that sends what it likes > asking a proxy’s way, or by a rebound name, is refused wherever it asks',
      },
    ],
  },
  {
    id: 'forged-origin-useless',
    says: "An extension that forges ours gets the companion's proof of itself and not a byte more, and the ledger tells of it.",
    scenarios: [{ file: 'doors', title: 'another extension that forges our origin' }],
  },
  {
    id: 'squatter-hears-nothing',
    says: 'A program that took the port first hears one opening message, however often she looks; she reads that this is not her Countersign, and ours is found again.',
    scenarios: [
      { file: 'impostors', title: 'a program that took the port first' },
      {
        file: 'another-user',
        title:
          'another user’s companion > is not taken for ours when ours is gone, and hears nothing that it could keep',
      },
    ],
  },
  {
    id: 'relay-can-only-cut',
    says: 'A program in between sees sealed bytes: one changed byte of a pairing leaves no pin at either end, and what comes from another port opens nowhere.',
    scenarios: [
      {
        file: 'relay-between',
        title: 'a changed byte in the %s message of a pairing leaves no pin at either end',
      },
      {
        file: 'relay-between',
        title: 'passing all on, it sees lengths and public keys, and nothing of what is said',
      },
      {
        file: 'impostors',
        title: 'a program that took the port first > can’t pass a paired browser on to the companion on another port',
      },
      {
        file: 'impostors',
        title: 'a program that took the port first > can’t pair by a code that was made for another port',
      },
    ],
  },
  {
    id: 'frames-only-in-order',
    says: 'A message that was changed, repeated, left out, overtaken, sent back or taken from another connection ends the connection, and nothing more is read from it.',
    scenarios: [
      {
        file: 'relay-between',
        title: 'a message that is %s ends the connection at once; the next one is a new conversation',
      },
      { file: 'channel-in-worker', title: 'the channel’s vectors hold in a real service worker, all nine of them' },
      {
        file: 'short-attacks',
        title: 'whoever attacks a companion in use comes to an end, and nobody else notices',
      },
    ],
  },
  {
    id: 'noise-does-no-harm',
    says: 'Whatever is too large, too slow, half-open, compressed or mere noise is hung up on within seconds, and nobody else notices.',
    scenarios: [
      { file: 'rough-frames', title: 'before the handshake' },
      { file: 'rough-frames', title: 'after the handshake, from a browser that waits to be let in' },
      { file: 'rough-frames', title: 'after all of that, one click saves' },
      {
        file: 'short-attacks',
        title: 'whoever attacks a companion in use comes to an end, and nobody else notices',
      },
      { file: 'attack-checks', title: 'a companion that' },
      { file: 'attack-checks', title: 'a breach' },
      { file: 'attacks', title: 'a companion that runs > stays small however much an agent asks without reading' },
      { file: 'http-agents', title: 'a request that is none' },
    ],
  },
  {
    id: 'code-pairs-one',
    says: 'A pairing code lives two minutes and pairs one browser: when another proves it, too, neither stays paired and both are told, and a kill in the middle leaves no pin that counts.',
    scenarios: [
      { file: 'pairing', title: 'raced' },
      { file: 'pairing', title: 'by hand > a code older than two minutes: says so, and its terminal is told' },
      {
        file: 'pairing',
        title: 'by hand > a wrong code does not use up the right one, both ends show the same, and a used one says so',
      },
      {
        file: 'companion-killed',
        title:
          'killed at points of chance > of pairing: it is paired or it is not, at both ends, and a pin without its browser does not count',
      },
      {
        file: 'pairing',
        title: 'by link > only the page of the very port that the code names can hand it on',
      },
    ],
  },
  {
    id: 'further-browser-asks',
    says: 'Once a browser is paired, a further one may do nothing before a yes in a paired one.',
    scenarios: [{ file: 'second-pairing', title: 'a further browser' }],
  },
  {
    id: 'reset-erases',
    says: "A reset, the only way around a paired browser's yes, destroys the saved sessions, all grants and the accepted policies, and leaves a mark that the next pairing shows.",
    scenarios: [
      { file: 'second-pairing', title: 'a reset' },
      {
        file: 'policy',
        title: 'policy.json > that was accepted goes with a reset, and the shipped default is in force again',
      },
      { file: 'companion-starts', title: 'a vault whose key is gone' },
      {
        file: 'attacks',
        title:
          'a database that somebody had a hand in > sessions that were put aside while another browser paired do not open for it',
      },
    ],
  },
  {
    id: 'no-agent-before-a-browser',
    says: 'Before the first pairing there are no agents, and none can be added.',
    scenarios: [
      { file: 'companion-usage', title: 'before the first pairing' },
      { file: 'ask-and-approve', title: 'without an answer > nobody is asked before a browser is paired' },
    ],
  },
  {
    id: 'no-token-no-entry',
    says: 'Whoever shows no token, a wrong one, one that was taken back, or the session of another agent is turned away without a detail, on stdio and over HTTP.',
    scenarios: [
      { file: 'http-agents', title: 'whoever has no good token' },
      {
        file: 'companion-relay',
        title: 'the relay > ends with 1 and a line on stderr, before it says a word, with %s',
      },
      { file: 'attacks', title: 'a companion that runs > hears no more than a short line of who shows no token' },
      { file: 'private-state', title: 'after a day’s use > a token file that others may read lets nobody in' },
    ],
  },
  {
    id: 'doubled-key-is-cut',
    says: "A browser's key that is in use in two places is cut in both, and counts again when she has looked and one of them is left.",
    scenarios: [
      {
        file: 'doubled-key',
        title:
          'the same browser key in two places: both are cut, and neither counts until she has looked and one is left',
      },
    ],
  },
  {
    id: 'cut-within-a-second',
    says: 'An agent whose grant is taken back, and a browser that is unpaired, are cut within a second, in the middle of a question, too.',
    scenarios: [
      {
        file: 'ask-and-approve',
        title: 'who asks > is cut off within a second when its grant is taken back, and stays out',
      },
      {
        file: 'http-agents',
        title: 'an agent over HTTP > is cut off within a second when its grant is taken back',
      },
      { file: 'companion-restarts', title: 'a token that is taken back is of no use at once' },
      {
        file: 'second-pairing',
        title: 'a further browser > is paired by a yes, and then both count; `pair remove` cuts it within a second',
      },
      {
        file: 'two-browsers',
        title:
          'with two paired browsers, signed in as two accounts > one that is unpaired in the middle is cut within a second; the question stands on in the first',
      },
    ],
  },
]
