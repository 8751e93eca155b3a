import { type Command, Option } from 'commander'

/** Which session, and how much of it: the same for every way out of the vault. */
export type Narrowed = { account?: string; url?: string; only?: 'sign-in'; except?: readonly string[] }

export const narrowed = (described: Command): Command =>
  described
    .option('--account <ID>', 'whose session (default: the one saved last)')
    .option('--url <URL>', 'the address that a Cookie header is for')
    .addOption(new Option('--only <PART>', 'no more than the site needs for knowing you').choices(['sign-in']))
    .option('--except <NAME>', 'a cookie or a storage key that stays in the vault; may be repeated', several)

const several = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]
