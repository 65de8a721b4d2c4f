-- What members are writing: kept on the server until it is published or discarded.
create table drafts (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  key text not null,                   -- under which it will be published: so it becomes one status, never two
  version integer not null default 1,
  writer text not null default '',     -- the window that wrote this version: it may always write the next
  written jsonb not null,              -- drafts.types.Written
  media_ids bigint[] not null default '{}', -- uploads that must not be swept meanwhile
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,              -- for a day it can be had back
  unique (account_id, key)
);
create index on drafts (deleted_at) where deleted_at is not null;
