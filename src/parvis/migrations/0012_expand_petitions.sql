-- Petitions: texts with versions, who signs which, what makes sure that nobody signs twice, and lists of who may.

create table petition_rolls (            -- lists of who may sign, as salted hashes; the lists themselves are never kept
  id bigint primary key default next_id(),
  name text not null unique,
  asks text not null,                    -- what a signatory is asked to write: a line of the list
  salt text not null,                    -- sealed with the data folder's key (infra/sealing.py)
  people bigint not null,
  created_at timestamptz not null default now()
);
create table petition_roll_pages (       -- hashes of a list in order, some hundreds at a time
  roll_id bigint not null,
  first bytea not null,                  -- the first hash of the page
  hashes bytea not null,                 -- 16 bytes each
  primary key (roll_id, first)
);
create unlogged table petition_roll_lines ( -- of the list that is just being read; empty afterwards
  hash bytea not null,
  line int not null                      -- of the file, to say where a line stands twice
);

create table petitions (
  id bigint primary key default next_id(),
  account_id bigint references accounts, -- who started it; null: left
  status_id bigint references statuses,  -- announces it; who sees that sees the petition. null: its author left
  log_id bigint not null,
  key bytea,                             -- makes pseudonyms of signatories; destroyed at closing
  version int not null default 1,
  goal int not null check (goal > 0),
  addressee text not null,
  addressee_id bigint references accounts, -- who may answer; null: whoever holds the link, if there is one
  answer_link bytea,                     -- digest
  places text[] not null default '{}',
  verifier text not null check (verifier in ('none', 'email domain', 'roll')),
  domains text[] not null default '{}',
  roll_id bigint references petition_rolls,
  takes_strangers boolean not null,      -- who has no account may sign too, if the network allows it
  closes_at timestamptz,
  closed_at timestamptz,
  closed_why text,
  answer text,
  answered_at timestamptz,
  created_at timestamptz not null default now(),
  check ((verifier = 'roll') = (roll_id is not null))
);
create index on petitions (account_id) where account_id is not null;
create index on petitions (status_id) where status_id is not null;
create index on petitions (closes_at) where closed_at is null and closes_at is not null;
create index on petitions (addressee_id) where addressee_id is not null;
create index on petitions (roll_id) where roll_id is not null;
create table petition_versions (
  petition_id bigint not null references petitions,
  version int not null,
  title text not null,                   -- '': erased
  text text not null,
  created_at timestamptz not null default now(),
  primary key (petition_id, version)
);

create table petition_signatures (
  id bigint primary key default next_id(),
  petition_id bigint not null references petitions,
  account_id bigint references accounts, -- null: signed without one, or left
  person bytea not null,                 -- pseudonym in the petition's log
  version int not null,
  signed_on date not null,
  place smallint,
  shown text not null check (shown in ('public', 'initials', 'hidden')),
  name text,                             -- what is shown of it; null: hidden or erased
  commitment bytea,                      -- stands for it in the log
  receipt bytea unique,                  -- digest of the link that who has no account holds
  state text not null default 'signed' check (state in ('signed', 'withdrawn', 'removed')),
  unique (petition_id, person)
);
create index on petition_signatures (petition_id, id) where state = 'signed' and name is not null;
create index on petition_signatures (account_id) where account_id is not null;
create table petition_nullifiers (       -- by what somebody is known again in this petition, as pseudonyms
  petition_id bigint not null,
  nullifier bytea not null,
  signature_id bigint not null references petition_signatures,
  primary key (petition_id, nullifier)
);
create table petition_changes (          -- counted by the worker, then gone: no row that all signatories wait for
  petition_id bigint not null,
  id bigint generated always as identity,
  version int not null,
  day date not null,
  place smallint,
  difference smallint not null,
  primary key (petition_id, id)
);
create table petition_tallies (          -- counted signatures in force
  petition_id bigint not null,
  version int not null,
  what text not null check (what in ('day', 'place')),
  which int not null,                    -- days since 2000-01-01, or the place's number, -1: undeclared
  signatures bigint not null,
  primary key (petition_id, version, what, which)
);
create table petition_milestones (
  petition_id bigint not null,
  version int not null,
  signatures bigint not null,
  reached_at timestamptz not null default now(),
  primary key (petition_id, version, signatures)
);
create table petition_requests (         -- to sign by a link in a letter; gone when it is opened, or two days old
  id bigint primary key default next_id(),
  petition_id bigint not null references petitions,
  account_id bigint references accounts,
  email text not null,
  roll_hash bytea,
  version int not null,
  name text not null,
  shown text not null,
  place smallint,
  locale text not null,
  link bytea unique,                     -- digest; null until the letter is written
  created_at timestamptz not null default now()
);
create index on petition_requests (petition_id);
create index on petition_requests (account_id) where account_id is not null;
