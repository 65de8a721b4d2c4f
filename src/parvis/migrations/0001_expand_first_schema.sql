-- The first schema. Names are Mastodon's words; `uri` is the ActivityPub id, `url` the page.
-- Rows of other servers live in the same tables: domain is null for accounts of this network.

create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Ids: 48 bits of milliseconds and 16 of a sequence. The floor keeps them monotone when the clock
-- steps back; the worker moves it on every second.
create sequence id_sequence;
create table id_floor (ms bigint not null);
insert into id_floor values (0);
create function next_id() returns bigint language sql volatile as $$
  select (greatest((extract(epoch from clock_timestamp()) * 1000)::bigint, (select ms from id_floor)) << 16)
         | (nextval('id_sequence') & 65535)
$$;
-- The same for what happened elsewhere before it came here; null: now.
create function id_at(moment timestamptz) returns bigint language sql volatile as $$
  select case
    when moment is null then next_id()
    else ((extract(epoch from moment) * 1000)::bigint << 16) | (nextval('id_sequence') & 65535)
  end
$$;

-- unaccent(text) is only stable because its dictionary can be swapped; ours is named, so an index may use it.
create function plain(t text) returns text language sql immutable parallel safe strict as $$
  select lower(public.unaccent('public.unaccent'::regdictionary, t))
$$;
create text search configuration parvis_fr (copy = french);
alter text search configuration parvis_fr
  alter mapping for hword, hword_part, word with unaccent, french_stem;
create text search configuration parvis_en (copy = english);
alter text search configuration parvis_en
  alter mapping for hword, hword_part, word with unaccent, english_stem;

-- A text is found by the stems of both languages: people mix them, and many statuses say none.
create function stems(t text) returns tsvector language sql stable as $$
  select to_tsvector('public.parvis_fr', t) || to_tsvector('public.parvis_en', t)
$$;
create function words_query(t text) returns tsquery language sql stable as $$
  select plainto_tsquery('public.parvis_fr', t) || plainto_tsquery('public.parvis_en', t)
$$;
create function phrase_query(t text) returns tsquery language sql stable as $$
  select phraseto_tsquery('public.parvis_fr', t) || phraseto_tsquery('public.parvis_en', t)
$$;
create aggregate every_query(tsquery) (sfunc = tsquery_and, stype = tsquery, initcond = '');
create aggregate any_query(tsquery) (sfunc = tsquery_or, stype = tsquery, initcond = '');

create type visibility as enum ('public', 'unlisted', 'private', 'direct');
create type role as enum ('member', 'moderator', 'admin', 'owner');

-- The network itself -----------------------------------------------------------------------------
create table network_settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
create table rules (
  id bigint primary key default next_id(),
  position int not null,
  text text not null,
  hint text not null default ''
);
create table custom_emojis (
  id bigint primary key default next_id(),
  shortcode text not null,
  domain text,
  url text not null,
  static_url text not null,
  category text,
  is_visible boolean not null default true,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index on custom_emojis (shortcode, coalesce(domain, ''));

-- Accounts and the people who log in to them ------------------------------------------------------
create table accounts (
  id bigint primary key default next_id(),
  username text not null,
  domain text,
  skeleton text,                       -- look-alikes fold to the same word; local accounts only
  uri text not null unique,
  url text not null,
  inbox_uri text,
  shared_inbox_uri text,
  outbox_uri text,
  followers_uri text,
  public_key text,
  private_key text,                    -- local accounts only
  display_name text not null default '',
  note text not null default '',       -- as written; HTML for remote accounts
  note_html text not null default '',
  fields jsonb not null default '[]',  -- [{name, value, html, verified_at}]
  avatar jsonb,                        -- {url, static_url, description}; null: the default picture
  header jsonb,
  emojis jsonb not null default '[]',
  is_locked boolean not null default false,
  is_bot boolean not null default false,
  is_group boolean not null default false,
  is_discoverable boolean not null default false,
  is_indexable boolean not null default false,
  hides_collections boolean not null default false,
  is_pulled boolean not null default false, -- too many followers to push to: merged at read
  moved_to_id bigint references accounts,
  suspended_at timestamptz,
  limited_at timestamptz,
  sensitized_at timestamptz,
  deleted_at timestamptz,              -- the person left; the name stays taken
  created_at timestamptz not null default now(),
  fetched_at timestamptz
);
create unique index on accounts (lower(username), coalesce(domain, ''));
create unique index accounts_skeleton on accounts (skeleton) where domain is null;
create index on accounts using gin (plain(username || ' ' || display_name) gin_trgm_ops);

create table account_counters (
  account_id bigint primary key references accounts on delete cascade,
  statuses bigint not null default 0,
  followers bigint not null default 0,
  following bigint not null default 0,
  last_status_at date
);

create table users (
  id bigint primary key default next_id(),
  account_id bigint not null unique references accounts,
  email text not null,
  password_hash text,
  role role not null default 'member',
  locale text not null default 'en',
  confirmed_at timestamptz,
  approved_at timestamptz,
  disabled_at timestamptz,
  reason text not null default '',     -- why they want to join
  default_visibility visibility not null default 'public',
  default_sensitive boolean not null default false,
  default_language text,
  preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  last_seen_on date
);
create unique index users_email on users (lower(email));

create table one_time_links (
  secret_sha256 bytea primary key,
  purpose text not null check (purpose in ('owner', 'confirm', 'password')),
  user_id bigint references users on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now()
);

create table sessions (               -- log-ins of browsers
  id bigint primary key default next_id(),
  user_id bigint not null references users on delete cascade,
  secret_sha256 bytea not null unique,
  user_agent text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index on sessions (user_id);

create table apps (
  id bigint primary key default next_id(),
  client_id text not null unique,
  client_secret_sha256 bytea not null,
  name text not null,
  website text,
  redirect_uris text[] not null,
  scopes text[] not null,
  created_at timestamptz not null default now()
);
-- Where somebody registered: only there may they change an address that is not confirmed yet.
alter table users add column created_by_app_id bigint references apps on delete set null;
create table authorization_codes (
  code_sha256 bytea primary key,
  app_id bigint not null references apps on delete cascade,
  user_id bigint not null references users on delete cascade,
  redirect_uri text not null,
  scopes text[] not null,
  code_challenge text,
  expires_at timestamptz not null,
  used_at timestamptz
);
create table access_tokens (
  id bigint primary key default next_id(),
  token_sha256 bytea not null unique,
  app_id bigint not null references apps on delete cascade,
  user_id bigint references users on delete cascade, -- null: the application itself
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  code_sha256 bytea                     -- a code used twice revokes what it gave (RFC 6749 §4.1.2)
);
create index on access_tokens (user_id);
create index on access_tokens (code_sha256) where code_sha256 is not null;

-- Relationships ------------------------------------------------------------------------------------
create table follows (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  uri text unique,
  shows_reblogs boolean not null default true,
  notifies boolean not null default false,
  languages text[],
  created_at timestamptz not null default now(),
  primary key (account_id, target_id),
  check (account_id <> target_id)
);
create index on follows (target_id, account_id);
create index on follows (account_id, id);
create index on follows (target_id, id);
create table follow_requests (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  uri text unique,
  shows_reblogs boolean not null default true,
  notifies boolean not null default false,
  languages text[],
  created_at timestamptz not null default now(),
  primary key (account_id, target_id),
  check (account_id <> target_id)
);
create index on follow_requests (target_id, id);
create table blocks (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  uri text unique,
  created_at timestamptz not null default now(),
  primary key (account_id, target_id),
  check (account_id <> target_id)
);
create index on blocks (target_id, account_id);
create table mutes (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  hides_notifications boolean not null default true,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (account_id, target_id),
  check (account_id <> target_id)
);
create table account_domain_blocks (
  account_id bigint not null references accounts on delete cascade,
  domain text not null,
  id bigint not null default next_id() unique,
  primary key (account_id, domain)
);
create table account_notes (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  comment text not null,
  primary key (account_id, target_id)
);
create table endorsements (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  primary key (account_id, target_id)
);
create table suggestion_dismissals (
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  primary key (account_id, target_id)
);
create table lists (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  title text not null,
  replies_policy text not null default 'list' check (replies_policy in ('followed', 'list', 'none')),
  is_exclusive boolean not null default false
);
create index on lists (account_id);
create table list_accounts (
  list_id bigint not null references lists on delete cascade,
  account_id bigint not null references accounts on delete cascade,
  id bigint not null default next_id() unique,
  primary key (list_id, account_id)
);
create index on list_accounts (account_id);

-- Media ---------------------------------------------------------------------------------------------
create table media_attachments (
  id bigint primary key default next_id(),
  account_id bigint references accounts on delete cascade,
  status_id bigint,                    -- null until it is published
  kind text not null default 'unknown' check (kind in ('image', 'gifv', 'video', 'audio', 'unknown')),
  state text not null default 'waiting' check (state in ('waiting', 'ready', 'failed')),
  secret text not null unique,         -- unguessable part of its paths: 256 bits
  original text,                       -- storage keys; null until processed
  preview text,
  content_type text,
  bytes bigint not null default 0,
  meta jsonb not null default '{}',    -- {original: {width, height, size, aspect}, small: {…}, focus: {x, y}}
  blurhash text,
  description text,
  remote_url text,
  failure text,
  freed_at timestamptz,                -- its status was deleted: shown no more, free for another one for a day
  created_at timestamptz not null default now()
);
create index on media_attachments (status_id);
create index on media_attachments (account_id) where status_id is null;
create index media_to_sweep on media_attachments (greatest(created_at, freed_at))
  where status_id is null and remote_url is null;

-- Statuses --------------------------------------------------------------------------------------------
create table conversations (
  id bigint primary key default next_id(),
  uri text unique
);
create table statuses (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts,
  conversation_id bigint references conversations,
  uri text not null unique,
  url text,
  text text not null default '',       -- as written; empty for remote statuses
  content text not null default '',    -- HTML, sanitised
  spoiler_text text not null default '',
  visibility visibility not null,
  is_sensitive boolean not null default false,
  is_local boolean not null default true,
  language text,
  in_reply_to_id bigint,               -- no foreign key: the parent may be gone
  in_reply_to_account_id bigint,
  reblog_of_id bigint references statuses,
  app_id bigint references apps,
  media_ids bigint[] not null default '{}', -- in the order shown
  emojis jsonb not null default '[]',
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  deleted_at timestamptz
);
create index statuses_by_account on statuses (account_id, id desc) where deleted_at is null;
create index statuses_public on statuses (id desc)
  where deleted_at is null and visibility = 'public' and reblog_of_id is null;
create index statuses_replies on statuses (in_reply_to_id, id) where in_reply_to_id is not null and deleted_at is null;
create index statuses_conversation on statuses (conversation_id, id);
-- One reblog of a status by an account, whatever races (and once more after it was undone).
create unique index statuses_one_reblog on statuses (account_id, reblog_of_id)
  where reblog_of_id is not null and deleted_at is null;
create index statuses_reblogs on statuses (reblog_of_id, id desc) where reblog_of_id is not null and deleted_at is null;
alter table media_attachments add foreign key (status_id) references statuses;

create table status_counters (
  status_id bigint primary key references statuses on delete cascade,
  replies bigint not null default 0,
  reblogs bigint not null default 0,
  favourites bigint not null default 0
);
create table status_edits (            -- every version but the present one
  id bigint primary key default next_id(),
  status_id bigint not null references statuses on delete cascade,
  content text not null,
  text text not null,
  spoiler_text text not null,
  is_sensitive boolean not null,
  media jsonb not null default '[]',
  poll_options text[],
  emojis jsonb not null default '[]',
  created_at timestamptz not null      -- when this version was written
);
create index on status_edits (status_id, id);
create table mentions (
  status_id bigint not null references statuses on delete cascade,
  account_id bigint not null references accounts on delete cascade,
  is_silent boolean not null default false, -- addressed but no longer in the text
  primary key (status_id, account_id)
);
create index on mentions (account_id, status_id desc);
create table tags (
  id bigint primary key default next_id(),
  name text not null unique,           -- folded: NFKC, lower case
  display_name text,                   -- as first spelled where everybody could read it
  created_at timestamptz not null default now()
);
create index on tags using gin (plain(name) gin_trgm_ops);
create table status_tags (
  tag_id bigint not null references tags,
  status_id bigint not null references statuses on delete cascade,
  primary key (tag_id, status_id)
);
create index on status_tags (status_id);
create table tag_follows (
  account_id bigint not null references accounts on delete cascade,
  tag_id bigint not null references tags,
  id bigint not null default next_id() unique,
  created_at timestamptz not null default now(),
  primary key (account_id, tag_id)
);
create index on tag_follows (tag_id);
create table featured_tags (
  account_id bigint not null references accounts on delete cascade,
  tag_id bigint not null references tags,
  id bigint not null default next_id() unique,
  primary key (account_id, tag_id)
);
create table favourites (
  account_id bigint not null references accounts on delete cascade,
  status_id bigint not null references statuses on delete cascade,
  id bigint not null default next_id() unique,
  uri text unique,
  primary key (account_id, status_id)
);
create index on favourites (status_id, id desc);
create index on favourites (account_id, id desc);
create table bookmarks (
  account_id bigint not null references accounts on delete cascade,
  status_id bigint not null references statuses on delete cascade,
  id bigint not null default next_id() unique,
  primary key (account_id, status_id)
);
create index on bookmarks (account_id, id desc);
create table status_pins (
  account_id bigint not null references accounts on delete cascade,
  status_id bigint not null references statuses on delete cascade,
  id bigint not null default next_id() unique,
  primary key (account_id, status_id)
);
create table conversation_mutes (
  account_id bigint not null references accounts on delete cascade,
  conversation_id bigint not null references conversations on delete cascade,
  primary key (account_id, conversation_id)
);
create table idempotency_keys (
  account_id bigint not null references accounts on delete cascade,
  key text not null,
  status_id bigint not null,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);
create table status_search (           -- written by the worker
  status_id bigint primary key references statuses on delete cascade,
  account_id bigint not null,
  document tsvector not null
);
create index on status_search using gin (document);

-- Polls -------------------------------------------------------------------------------------------------
create table polls (
  id bigint primary key default next_id(),
  status_id bigint not null unique references statuses on delete cascade,
  account_id bigint not null references accounts,
  options text[] not null,
  is_multiple boolean not null,
  hides_totals boolean not null default false,
  expires_at timestamptz,
  tallies bigint[] not null,           -- sequenced ballots only; the unsequenced are counted beside them
  voters bigint not null default 0,
  closed_at timestamptz                -- its end was announced
);
create index polls_to_close on polls (expires_at) where closed_at is null;
create table ballots (
  poll_id bigint not null references polls on delete cascade,
  account_id bigint not null references accounts on delete cascade,
  choices smallint[] not null,
  is_sequenced boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (poll_id, account_id)
);
create index ballots_unsequenced on ballots (poll_id) where not is_sequenced;

-- Timelines, notifications, conversations -----------------------------------------------------------------
create table home_entries (             -- no foreign keys: a thousand checks a status; swept later
  account_id bigint not null,
  status_id bigint not null,
  primary key (account_id, status_id)
);
create table notifications (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  kind text not null,
  from_account_id bigint not null references accounts on delete cascade,
  status_id bigint references statuses on delete cascade,
  report_id bigint,
  dismissed_at timestamptz,            -- kept, so that nothing tells the same once more
  created_at timestamptz not null default now()
);
create index on notifications (account_id, id desc) where dismissed_at is null;
create index on notifications (from_account_id, account_id);
create index on notifications (status_id) where status_id is not null;
create unique index notifications_once on notifications
  (account_id, kind, from_account_id, coalesce(status_id, 0), coalesce(report_id, 0));
create table account_conversations (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  conversation_id bigint not null references conversations on delete cascade,
  participant_ids bigint[] not null,   -- the others, sorted
  last_status_id bigint not null,
  is_unread boolean not null default false
);
create unique index on account_conversations (account_id, conversation_id, participant_ids);
create index on account_conversations (account_id, last_status_id desc);
create table markers (
  account_id bigint not null references accounts on delete cascade,
  timeline text not null check (timeline in ('home', 'notifications')),
  last_read_id bigint not null,
  version int not null default 0,
  updated_at timestamptz not null default now(),
  primary key (account_id, timeline)
);

-- Moderation -----------------------------------------------------------------------------------------------
create table reports (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts on delete cascade,
  target_id bigint not null references accounts on delete cascade,
  status_ids bigint[] not null default '{}',
  rule_ids bigint[] not null default '{}',
  category text not null default 'other' check (category in ('spam', 'legal', 'violation', 'other')),
  comment text not null default '',
  is_forwarded boolean not null default false,
  assigned_to_id bigint references accounts,
  resolved_at timestamptz,
  resolved_by_id bigint references accounts,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on reports (id) where resolved_at is null;
create index on reports (target_id);
create table decisions (                -- what moderators did to an account, and why; never deleted
  id bigint primary key default next_id(),
  target_id bigint not null references accounts,
  moderator_id bigint references accounts, -- null: by command line on the machine
  report_id bigint references reports,
  kind text not null check (kind in ('warn', 'limit', 'unlimit', 'sensitive', 'unsensitive', 'suspend', 'reinstate',
                                     'disable', 'enable', 'approve', 'reject')),
  reason text not null,
  created_at timestamptz not null default now(),
  read_at timestamptz                   -- the person saw it
);
create index on decisions (target_id, id desc);

-- Events, jobs, wake-ups ------------------------------------------------------------------------------------
create table outbox (
  id bigint primary key default next_id(),
  kind text not null,
  payload jsonb not null,
  slots bigint[] not null default '{}', -- generation slots its writer bumps; bumped again when handled
  attempts int not null default 0,
  run_at timestamptz not null default now(),
  failure text,
  created_at timestamptz not null default now()
);
create index on outbox (run_at, id);
create table jobs (                     -- work too slow for the dispatcher's transaction
  id bigint primary key default next_id(),
  kind text not null,
  payload jsonb not null,
  attempts int not null default 0,
  run_at timestamptz not null default now(),
  leased_until timestamptz,            -- whoever does it renews this; past: that process is gone
  failure text,
  gave_up_at timestamptz,              -- tried often enough; kept to be looked at
  created_at timestamptz not null default now()
);
create index on jobs (run_at, id) where gave_up_at is null;
create index on jobs (kind);
create table wakes (                    -- what the streams of every process have to tell; kept for minutes
  seq bigint generated always as identity primary key,
  kind text not null,
  payload jsonb not null,
  created_at timestamptz not null default now()
);
