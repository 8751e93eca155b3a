import type { Promised } from './promised.ts'

/** The prompt can't be hurried or dressed up. */
export const promptPromises: readonly Promised[] = [
  {
    id: 'no-hasty-yes',
    says: 'Neither Approve nor Deny works before the prompt has stood unchanged for a second; held keys, the second half of a double click and keys typed just before do nothing, and Enter never approves.',
    scenarios: [
      { file: 'fooling-the-prompt', title: 'a hand that was on its way' },
      { file: 'fooling-the-prompt', title: 'the keyboard' },
      { file: 'remembered', title: 'a choice in the prompt' },
    ],
  },
  {
    id: 'no-scripted-yes',
    says: 'No script, page or other extension can press a button or answer in her place.',
    scenarios: [
      { file: 'fooling-the-prompt', title: 'a script' },
      { file: 'fooling-the-prompt', title: 'somebody else’s page' },
    ],
  },
  {
    id: 'named-by-her',
    says: 'The prompt names an agent as she named it; what the agent calls itself stands beside that, as a claim.',
    scenarios: [
      { file: 'ask-and-approve', title: 'who asks > is who the person named it, whatever it calls itself' },
      { file: 'hostile-text', title: 'a client’s own name' },
      { file: 'hostile-text', title: 'a label' },
    ],
  },
  {
    id: 'agent-text-in-its-place',
    says: "An agent's words are one quoted line of at most 200 characters in their own place: control, bidirectional and invisible characters are spelled out, mixed scripts are flagged, and nothing moves.",
    scenarios: [
      { file: 'hostile-text', title: 'a reason' },
      { file: 'hostile-text', title: 'a client’s own name' },
      { file: 'hostile-text', title: 'a label > of forty letters leaves the buttons where they are' },
    ],
  },
]
