import type { LedgerAsker } from '@countersign/shared/ledger/row'

// Who is named in the ledger where it is no agent and no browser.

export const companionAsker: LedgerAsker = { kind: 'companion', label: 'Companion' }

/** Whichever program it is that runs a command. */
export const terminalAsker: LedgerAsker = { kind: 'terminal', label: 'Terminal' }
