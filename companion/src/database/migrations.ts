/**
 * What each version of the database adds to the one before; the first makes version 1. A step that was released never
 * changes: a change is a new step.
 */
export const migrations: readonly string[] = [
  `
  -- Small facts about this database that are no secret, such as where the vault's key lies.
  create table facts (name text primary key, value text not null) strict;

  -- Sealed under the master key: the identity key, pins, names of accounts.
  create table sealed_items (name text primary key, sealed blob not null) strict;

  -- One saved session. 'account' is a keyed digest, so that no name lies in the clear.
  create table vault_records (
    id text primary key,
    account text not null,
    version integer not null,
    saved_at text not null,
    wrapped_key blob not null,
    session blob not null,
    summary blob not null,
    set_aside_at text,
    unique (account, version)
  ) strict;

  create table ledger (
    seq integer primary key,
    at text not null,
    kind text not null,
    asker_kind text not null,
    asker_label text not null,
    tool text,
    call text,
    outcome text not null,
    code text,
    details text not null,
    prev text not null,
    hash text not null
  ) strict;
  create index ledger_by_call on ledger (call) where call is not null;
  `,
  `
  -- Every countersigned answer that counted, as it was signed.
  create table approvals (
    request text primary key,
    browser text not null,
    seq integer not null,
    answer text not null,
    at text not null,
    document text not null,
    signature text not null
  ) strict;

  -- The highest number taken from each browser's signing key.
  create table countersignature_sequences (browser text primary key, seq integer not null) strict;
  `,
  `
  -- The newest head of the ledger that each browser's signing key has countersigned, as it was signed.
  create table ledger_heads (browser text primary key, document text not null, signature text not null) strict;
  `,
  `
  -- When calls came that a limit counts. 'counter' says which limit, and for whom.
  create table counted_calls (
    counter text not null,
    at integer not null,
    call text not null,
    keep_until integer not null,
    primary key (counter, at, call)
  ) strict, without rowid;
  create index counted_calls_by_call on counted_calls (call);
  create index counted_calls_by_age on counted_calls (keep_until);
  create index counted_calls_by_time on counted_calls (at);
  `,
  `
  -- A call is taken out by its whole key, and the latest is looked up at a start alone: at each call these cost more than the rest.
  drop index counted_calls_by_call;
  drop index counted_calls_by_time;
  `,
]
