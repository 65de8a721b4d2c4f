-- The public log: logs with the roots of their trees, entries that wait and entries that have their place,
-- keys, texts beside their hashes, witnesses, and the logs that this network witnesses for others.

create table logs (
  id bigint primary key default next_id(),
  path text not null unique,             -- below the public address: log, log/polls/12, log/private/…
  origin text not null unique,           -- its name in checkpoints: host and path
  kind text not null check (kind in ('server', 'poll', 'petition', 'draw')),
  is_public boolean not null,            -- false: its path is a secret of those who may see what it counts
  secret bytea,                          -- makes the pseudonyms of this log; forgotten when it closes
  size bigint not null default 0,        -- entries that have their place
  subtrees bytea not null default '',    -- roots of its whole subtrees, 32 bytes each, the largest first
  signed_size bigint not null default 0,
  signed text,                           -- the last checkpoint that was signed, then published
  published_size bigint not null default 0,
  published text,
  cosigned_size bigint not null default 0,
  cosigned text,                         -- the last one that a witness cosigned
  halted text,                           -- why nothing of it is signed until somebody decides
  closed_at timestamptz,
  predecessor_id bigint references logs,
  created_at timestamptz not null default now(),
  check (octet_length(subtrees) % 32 = 0),
  check (published_size <= signed_size and signed_size <= size)
);
create unique index logs_of_server on logs (kind) where kind = 'server' and closed_at is null;
create index on logs (predecessor_id) where predecessor_id is not null;
create index logs_to_publish on logs (id) where published_size < size;

create table log_pending (               -- appended with what they record
  log_id bigint not null,                -- no key: many votes at once would wait for one another on its row
  id bigint generated always as identity,
  is_shuffled boolean not null,          -- its place among others that came with it says nothing
  entry bytea not null check (octet_length(entry) between 1 and 65535),
  primary key (log_id, id)
);
create table log_entries (               -- written once, with their place; never changed
  log_id bigint not null,
  position bigint not null,
  leaf bytea not null,
  entry bytea not null,
  primary key (log_id, position)
);
create index log_entries_leaf on log_entries using hash (leaf);
create table log_nodes (                 -- hashes of the tree at every eighth level: rows of tiles
  log_id bigint not null,
  level smallint not null,               -- 1: over 256 entries, 2: over 65,536, …
  position bigint not null,
  hash bytea not null,
  primary key (log_id, level, position)
);

create table log_keys (
  id bigint primary key default next_id(),
  purpose text not null check (purpose in ('log', 'witness')),
  seed text not null,                    -- the private key, sealed with the data folder's (infra/sealing.py)
  public bytea not null unique check (octet_length(public) = 32),
  created_at timestamptz not null default now(),
  retires_at timestamptz                 -- signs no more from then on
);

create table log_openings (              -- texts that stand in a log as salted hashes
  commitment bytea primary key check (octet_length(commitment) = 32),
  log_id bigint not null references logs,
  account_id bigint,                     -- whose words they are; no key: forgotten with the account's rows
  salt bytea,
  text text,                             -- null: erased; the hash stays
  shown_from timestamptz,                -- null: not shown yet
  check ((salt is null) = (text is null))
);
create index on log_openings (account_id) where account_id is not null;

create table log_witnesses (             -- who is asked to cosign the server log
  id bigint primary key default next_id(),
  name text not null unique,
  key text not null,                     -- as a witness publishes it: name+id+key
  address text not null,                 -- before /add-checkpoint
  size bigint not null default 0,        -- what it cosigned last
  answered_at timestamptz,
  failure text,                          -- why it did not cosign the last checkpoint
  created_at timestamptz not null default now()
);
create table witnessed_logs (            -- other networks' logs that this one witnesses
  origin text primary key,
  keys text[] not null,
  size bigint not null default 0,
  root bytea,
  checkpoint text,                       -- what was cosigned last
  cosigned_at timestamptz,
  created_at timestamptz not null default now()
);
