import type { Promised } from './promised.ts'

/** What becomes of a saved session, only as she said. */
export const sessionPromises: readonly Promised[] = [
  {
    id: 'release-only-as-read',
    says: 'A session leaves the vault only after her yes, for the very file whose name she read, which no other user may open.',
    scenarios: [{ file: 'export', title: 'an export' }],
  },
  {
    id: 'stdout-alone',
    says: 'A session goes to stdout only where the command says so, and then it is alone there; of what is let out no value is in any other place than she read of.',
    scenarios: [
      {
        file: 'formats',
        title:
          'a session that is let out > as a Cookie header goes to stdout alone, and through a pipe into curl, never into arguments',
      },
      {
        file: 'formats',
        title: 'a session that is let out > as %j is refused before she is asked, and nothing is on stdout',
      },
      {
        file: 'formats',
        title:
          'a session that is let out > is in no other place: no message, log, argument or file but those that she named',
      },
    ],
  },
  {
    id: 'release-narrowed',
    says: 'A release can be held to what a sign-in needs, or leave cookies and storage keys out by name; the prompt counts what stays in the vault, and the receipt names it.',
    scenarios: [
      {
        file: 'formats',
        title:
          'a session that is let out > to Playwright arrives signed in, with all of it and with what a sign-in needs',
      },
      {
        file: 'formats',
        title:
          'a session that is let out > as cookies.txt lets curl in, and without what was left out by name it does not',
      },
    ],
  },
  {
    id: 'release-by-policy',
    says: 'A rule of hers forbids a release at once, with her reason, and no policy lets one out unasked.',
    scenarios: [
      {
        file: 'formats',
        title:
          'a session that is let out > is forbidden by a rule of hers, at once and with her reason; what no rule forbids is asked about',
      },
    ],
  },
  {
    id: 'leases-end',
    says: 'A lease is wiped when its time is over by either clock, at "Pause all agents", at an alarm that stops calls, when a browser is unpaired, when a policy comes into force that forbids it, when it is ended in popup or terminal, when the companion stops, and at its next start if it was killed; none comes back to life.',
    scenarios: [
      { file: 'leases', title: 'however it ends, nothing of a lease is left' },
      { file: 'pause', title: 'pausing all agents > shows what is out of the vault, and takes all of it along' },
      {
        file: 'leases',
        title:
          'a lease > is a file for her alone until the time that she read, listed, and wiped when somebody ends it',
      },
      { file: 'leases', title: 'a lease > of less than a minute or more than a day is refused, unasked' },
      { file: 'leases', title: 'a lease > whose folder is gone is told of until it is wiped, and tried again' },
    ],
  },
  {
    id: 'leases-stay-in-their-place',
    says: 'A lease holds the newest saved session of its account, in the very place that she read; it is written through no link and over no file that is not its own, and what others put there is left alone.',
    scenarios: [
      { file: 'leases', title: 'a lease > without a name lies in a private folder that a reboot empties' },
      {
        file: 'leases',
        title:
          'a lease > holds the newest session as soon as it is saved, under no other name the old one, and no uncertain sign-in',
      },
      {
        file: 'leases',
        title:
          'a lease > ends where a link or another file was put in its place: neither is written, followed or removed',
      },
    ],
  },
  {
    id: 'launches-end-with-their-program',
    says: 'A program that `countersign exec` runs has the session in a private file for that one run, which is wiped when the program, its command or the companion ends, by whatever signal, and after a day at the latest; its output, exit code and signals are its own.',
    scenarios: [{ file: 'launches', title: 'a launched program' }],
  },
  {
    id: 'saves-itself-by-her-click',
    says: 'A session is saved by itself only of an account for which she clicked so in the popup, when its sign-in rotates, every five minutes at most, and each time with an entry in the ledger.',
    scenarios: [{ file: 'weather', title: 'saving again by itself' }],
  },
  {
    id: 'versions-without-values',
    says: 'What is told of a saved version, and of what differs between two, are names, counts and ages: no value is in a list, a comparison, a prompt or a page.',
    scenarios: [
      {
        file: 'history',
        title: 'the versions of saved sessions > are listed, shown and compared by names alone, and nobody is asked',
      },
      {
        file: 'history-popup',
        title:
          'an account’s page in the popup compares, restores, names and forgets by her clicks, also while agents are paused, and gives way to questions',
      },
    ],
  },
  {
    id: 'restoring-loses-nothing',
    says: 'A version is restored, and an account named, only by her click or after her yes, while what she was shown is still so; what is restored is a new version, read back and compared as every save is, and the one before it stays.',
    scenarios: [
      {
        file: 'history',
        title:
          'the versions of saved sessions > are restored to the last value after her yes, as the newest, and none is lost',
      },
      {
        file: 'history',
        title: 'the versions of saved sessions > want to be told whose they are, where something would change',
      },
      {
        file: 'history',
        title:
          'the versions of saved sessions > have an account with a name after her yes, by which it is found, and which the ledger does not hold',
      },
    ],
  },
  {
    id: 'forgetting-erases',
    says: "What she forgets is erased for good, by her click or after her yes: its record and key lie in no file of the companion's any more, copies that are out for a while are wiped, and an account's name goes with its last version; after a no, or killed before it was done, everything is still there.",
    scenarios: [
      {
        file: 'history',
        title:
          'the versions of saved sessions > are all there after a no, and in no file any more after a yes; another account and its name stay',
      },
      { file: 'history', title: 'killed in the middle' },
    ],
  },
]
