-- What people carry: links of their pages that are checked, archives they take away, lists they bring.

-- Links in the fields of accounts of this network, each checked when it is new and weekly.
create table account_links (
  account_id bigint not null references accounts on delete cascade,
  url text not null,
  due_at timestamptz not null,
  primary key (account_id, url)
);
create index on account_links (due_at);

create table archives (                 -- of all that somebody wrote and gave here; for them alone
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  secret text not null unique,          -- unguessable part of its place in storage
  state text not null default 'waiting' check (state in ('waiting', 'ready', 'failed')),
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  expires_at timestamptz                -- its file is removed then
);
create index on archives (account_id, id desc);
create unique index archives_one_at_a_time on archives (account_id) where state = 'waiting';

create table imports (                  -- a file of follows, blocks and the like that somebody brought
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  kind text not null check (kind in ('follows', 'lists', 'mutes', 'blocks', 'domain_blocks', 'bookmarks')),
  replaces boolean not null,            -- what the file does not name ends
  state text not null default 'read' check (state in ('read', 'waiting', 'done', 'stopped')),
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index on imports (account_id, id desc);
create unique index imports_one_at_a_time on imports (account_id) where state = 'waiting';
create table import_rows (
  import_id bigint not null references imports on delete cascade,
  line int not null,                    -- in the file
  username text,                        -- lower-case; of accounts
  domain text,                          -- '' for this network; alone: a server to block
  list text,
  uri text,                             -- of a status
  options jsonb not null default '{}',
  outcome text,                         -- null: not worked on yet
  primary key (import_id, line)
);
create index import_rows_to_do on import_rows (import_id, line) where outcome is null;

-- A removed emoji leaves what was written with it; few rows have any.
create index statuses_with_emojis on statuses (id) where emojis <> '[]';
create index accounts_with_emojis on accounts (id) where emojis <> '[]';
