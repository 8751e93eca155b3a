import type { Promised } from './promised.ts'

/** What lies on the disk is sealed, hers alone, and whole. */
export const statePromises: readonly Promised[] = [
  {
    id: 'hers-alone',
    says: "The state folder is 0700 and its files 0600; with another owner, wider rights or a link in its place the companion does not start, and another user's commands find no way in.",
    scenarios: [
      {
        file: 'private-state',
        title: 'after a day’s use > the folder and all folders in it are 0700, every file and the socket 0600',
      },
      {
        file: 'private-state',
        title: 'after a day’s use > %s that others may read, or that is a link: the companion does not start',
      },
      { file: 'companion-usage', title: 'a state folder that is not safe' },
      { file: 'bad-input', title: 'a state folder > of another user: refused, naming both' },
      {
        file: 'another-user',
        title: 'another user’s companion > has no way into our folder, whichever command is told of it',
      },
    ],
  },
  {
    id: 'secrets-not-in-argv',
    says: "No key, token or pairing code is ever in a program's arguments.",
    scenarios: [
      {
        file: 'private-state',
        title: 'after a day’s use > no key, token or pairing code was in any program’s argv',
      },
    ],
  },
  {
    id: 'key-never-falls-back',
    says: 'A new vault on a machine without a keychain says so and keeps its key in a file of 0600; an existing vault whose key is missing or wrong stays closed.',
    scenarios: [
      {
        file: 'private-state',
        title: 'after a day’s use > without a keychain the status says that the key lies in a file',
      },
      {
        file: 'private-state',
        title:
          'after a day’s use > an existing vault whose key is gone makes no new one, and is whole when the key is back',
      },
      { file: 'companion-starts', title: 'a vault whose key is gone' },
      { file: 'bad-input', title: 'a vault that can not be opened' },
    ],
  },
  {
    id: 'changed-records-set-aside',
    says: 'A saved session that was changed or swapped by hand does not open: it is set aside, an alarm says so, and the newest good one is what there is.',
    scenarios: [
      { file: 'private-state', title: 'records of the vault that were changed behind its back' },
      {
        file: 'history',
        title:
          'the versions of saved sessions > are looked through, and one that was changed by hand is named, exits with 1, and can be forgotten',
      },
    ],
  },
  {
    id: 'edits-open-nothing',
    says: 'No grant, pairing or end of a pause that was written, put back or exchanged in the database takes effect.',
    scenarios: [
      { file: 'edited-state', title: 'written into the database by hand' },
      {
        file: 'attacks',
        title:
          'a database that somebody had a hand in > sessions that were put aside while another browser paired do not open for it',
      },
      {
        file: 'pause',
        title:
          'pausing all agents > holds when the companion is started again, when it is killed, and when its memory of it is taken out',
      },
    ],
  },
  {
    id: 'altered-grants-stop-all',
    says: 'A grant that she did not approve, or an older copy of one that was renamed, rotated or revoked since, is an alarm: nothing passes until she has looked, and then it is gone, while the good ones live on.',
    scenarios: [
      { file: 'grants-tampered', title: 'a grant that nobody approved' },
      { file: 'grants-tampered', title: 'an older copy of a grant' },
      {
        file: 'grants-tampered',
        title: 'a grant that is merely gone shuts its agent out, and is no alarm',
      },
    ],
  },
  {
    id: 'policy-tampering-denies',
    says: 'A policy in force that was changed, taken out or rolled back on the disk is an alarm: everything is denied until she has looked, and what holds then is the newest that she accepted.',
    scenarios: [
      { file: 'policy-tampered', title: 'the policy in force, changed in the database by hand' },
      {
        file: 'policy-tampered',
        title: 'a policy that was tampered with: the popup says so, and lets all pass after “I have looked”',
      },
    ],
  },
  {
    id: 'ledger-goes-on',
    says: 'A ledger that was cut, replaced by an older copy, or changed at the entry that the browser signed last is an alarm, and nothing passes until she has looked.',
    scenarios: [{ file: 'ledger-diverged', title: 'a ledger that was changed while nobody ran' }],
  },
  {
    id: 'ledger-faults-named',
    says: '`countersign ledger verify` names an entry that was altered, taken out, moved or written anew, and a tail that was cut, up to the last countersignature, and says how many entries stand after that.',
    scenarios: [
      { file: 'ledger', title: 'the ledger of a companion' },
      {
        file: 'ledger',
        title: 'a newest entry that is damaged keeps the companion from starting, and can be looked at all the same',
      },
    ],
  },
  {
    id: 'ledger-checked-anywhere',
    says: "An exported ledger is checked with nothing but that file and the browser's public key: no companion, no state.",
    scenarios: [
      { file: 'ledger-offline', title: 'an exported ledger' },
      { file: 'ledger-offline', title: 'a file that is not there, or no key, is refused in one line' },
    ],
  },
  {
    id: 'damaged-ledger-is-named',
    says: 'A ledger in which an entry was changed, taken out or exchanged, however long ago it was written, is an alarm at the next start that names the entry: no call passes until she has looked.',
    scenarios: [
      {
        file: 'attacks',
        title: 'a database that somebody had a hand in > a damaged row of the ledger is an alarm, and ends nothing',
      },
      {
        file: 'grants-tampered',
        title: 'an entry of the ledger changed in its place, and an older copy put back',
      },
    ],
  },
  {
    id: 'old-state-or-new',
    says: 'Killed at any moment, the companion comes back with the old state or the new one; every call that was under way is entered as interrupted, and no value lies in the clear.',
    scenarios: [
      { file: 'companion-killed', title: 'killed while questions are open' },
      { file: 'companion-killed', title: 'killed at points of chance' },
      { file: 'attack-checks', title: 'after a kill' },
      { file: 'attack-checks', title: 'after a kill, of a lease' },
      {
        file: 'companion-restarts',
        title: 'killed in the middle of a question: the agent is told, and its next call goes through',
      },
    ],
  },
  {
    id: 'full-disk-loses-nothing',
    says: 'On a disk that is full or takes no writes the last good session stays, and popup, terminal and agent are told by the same code.',
    scenarios: [
      {
        file: 'bad-input',
        title: 'a disk that fills up: popup, terminal and tool say so, and the last session stays',
      },
      { file: 'bad-input', title: 'a state folder > on a disk that takes no writes: refused' },
      {
        file: 'bad-input',
        title: 'a state folder > on a disk that is full from the start: refused, and it starts once there is room',
      },
    ],
  },
  {
    id: 'one-companion-each',
    says: 'Each user has one companion, however often it is started; it ends no program for a port, and leaves that of another user alone.',
    scenarios: [
      {
        file: 'companion-starts',
        title: 'the companion > is one: a second start says where the first is, and both go on',
      },
      { file: 'companion-starts', title: 'the companion > many started at once come to one' },
      { file: 'companion-starts', title: 'the companion > leaves a taken port to the program that holds it' },
      { file: 'bad-input', title: 'ports > all taken: says by which programs, and leaves them alone' },
      { file: 'another-user', title: 'another user’s companion' },
    ],
  },
  {
    id: 'no-debugger',
    says: "The companion opens no debugger at Node's signal for one.",
    scenarios: [
      { file: 'attacks', title: 'a companion that runs > opens no debugger at the signal that makes Node open one' },
    ],
  },
]
