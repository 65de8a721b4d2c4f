-- What the owner's pages keep: announcements, invitations, what documents said before, figures of days,
-- and which processes run.

create table announcements (
  id bigint primary key default next_id(),
  text text not null,
  starts_at timestamptz,               -- of what is announced; it is shown from its publication on
  ends_at timestamptz,                 -- it is shown no more
  is_all_day boolean not null default false,
  published_at timestamptz,            -- null: a draft
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table announcement_reads (
  account_id bigint not null references accounts on delete cascade,
  announcement_id bigint not null references announcements on delete cascade,
  primary key (account_id, announcement_id)
);
create index on announcement_reads (announcement_id);
create table announcement_reactions (
  announcement_id bigint not null references announcements on delete cascade,
  name text not null,                  -- an emoji, or the shortcode of one of the network's
  account_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  primary key (announcement_id, name, account_id)
);
create index on announcement_reactions (account_id);

create table invitations (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade, -- who invites
  code text not null unique,
  comment text not null default '',    -- for whom it is; only who invites and the owner read it
  uses int not null default 0,
  uses_most int,                       -- null: as many as like
  expires_at timestamptz,
  is_followed boolean not null default false, -- whether who comes by it follows who invites
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index on invitations (account_id, id desc);
alter table users add column invitation_id bigint references invitations on delete set null;
create index on users (invitation_id) where invitation_id is not null;
create index users_seen on users (last_seen_on) where last_seen_on is not null;
create index users_waiting on users (id) where approved_at is null;

-- A rule in other languages: {"fr": {"text": "…", "hint": "…"}}.
alter table rules add column translations jsonb not null default '{}';

create table document_versions (       -- what the network's long texts said, the present one included
  id bigint primary key default next_id(),
  key text not null,
  text text not null,
  account_id bigint references accounts,
  created_at timestamptz not null default now()
);
create index on document_versions (key, id desc);

create table day_figures (             -- counted by a job, so that no page counts
  day date primary key,
  active int not null default 0,
  joined int not null default 0,
  statuses int not null default 0,
  interactions int not null default 0,
  members int not null default 0,
  media_bytes bigint not null default 0,
  database_bytes bigint not null default 0,
  counted_at timestamptz not null default now()
);

create table processes (               -- each tells now and then that it runs
  id text primary key,
  role text not null,
  version text not null,
  streams int not null default 0,
  hears_bus boolean not null default false, -- whether it is woken, or looks by itself
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
