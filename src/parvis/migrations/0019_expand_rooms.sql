-- Live rooms: who speaks with whom and when, what is asked, and what was said as text. Their sound is files of the data folder.

create table rooms (
  id bigint primary key default next_id(),
  account_id bigint references accounts,   -- the host; null: left
  status_id bigint references statuses,    -- announces it; who sees that sees the room. null: erased
  title text not null,                     -- '': erased
  language text,
  access text not null check (access in ('public', 'members', 'followers')),
  records boolean not null,
  state text not null default 'scheduled'
    check (state in ('scheduled', 'open', 'live', 'paused', 'ended', 'published', 'deleted')),
  starts_at timestamptz not null,
  epoch_ms bigint,                         -- when its first part began, by the clock; null: its doors were never open
  opened_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  finished_at timestamptz,                 -- its process has ended, and its files are whole
  recording_bytes bigint,                  -- of the file that is handed out; null: none
  listeners int not null default 0,        -- as its process last counted
  listeners_most int not null default 0,
  kept_by text,                            -- whose process sounds it
  kept_until timestamptz,
  created_at timestamptz not null default now()
);
create index on rooms (account_id) where account_id is not null;
create index on rooms (status_id) where status_id is not null;
create index on rooms (starts_at) where state = 'scheduled';
create index on rooms (id) where state in ('open', 'live', 'paused', 'deleted') or state = 'ended' and finished_at is null;

create table room_people (                 -- everybody who is more than a listener, but the host
  room_id bigint not null references rooms,
  account_id bigint not null references accounts,
  role text not null check (role in ('cohost', 'speaker', 'invited', 'raised', 'removed')),
  muted boolean not null default false,    -- by a host
  since timestamptz not null default now(),
  primary key (room_id, account_id)
);
create index on room_people (account_id);

create table room_questions (
  id bigint primary key default next_id(),
  room_id bigint not null references rooms,
  account_id bigint references accounts,   -- null: left
  text text not null,                      -- '': erased
  votes int not null default 0,
  answered_at timestamptz,
  removed_at timestamptz                   -- by a host, or by who asked
);
create index on room_questions (room_id, votes desc, id) where removed_at is null;
create index on room_questions (account_id) where account_id is not null;
create table room_question_votes (
  question_id bigint not null references room_questions,
  account_id bigint not null references accounts,
  primary key (question_id, account_id)
);
create index on room_question_votes (account_id);

create table room_captions (               -- what was said, as somebody wrote it down
  id bigint primary key default next_id(),
  room_id bigint not null references rooms,
  account_id bigint references accounts,   -- who wrote it; null: left
  from_ms int not null,                    -- since the room's first part
  to_ms int not null,
  text text not null
);
create index on room_captions (room_id, from_ms, id);
create index on room_captions (account_id) where account_id is not null;

create table room_reactions (              -- how many of each; never whose
  room_id bigint not null references rooms,
  name text not null,
  count bigint not null default 0,
  primary key (room_id, name)
);
