-- Second factors: one-time codes, recovery codes, passkeys; what stands between a password and a session;
-- another e-mail address that waits to be confirmed; leaving the network for good.

create table code_generators (          -- a person's authenticator (TOTP, RFC 6238)
  user_id bigint primary key references users on delete cascade,
  secret text not null,                 -- base32; readable, since codes are computed from it (ADR 12)
  confirmed_at timestamptz,             -- null: shown to the person, who has not sent a code of it yet
  last_step bigint not null default 0,  -- the half minute of the last code used: none works twice
  created_at timestamptz not null default now()
);
create table recovery_codes (
  code_sha256 bytea primary key,        -- of the user's id and the code
  user_id bigint not null references users on delete cascade,
  used_at timestamptz
);
create index on recovery_codes (user_id);
create table passkeys (
  id bigint primary key default next_id(),
  user_id bigint not null references users on delete cascade,
  credential_id bytea not null unique,
  public_key bytea not null,
  sign_count bigint not null,
  name text not null,
  transports text[] not null default '{}',
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create index on passkeys (user_id);
create table log_in_steps (             -- what a browser has begun and not ended: minutes old
  secret_sha256 bytea primary key,      -- of a cookie; for another passkey, of the session's
  user_id bigint references users on delete cascade, -- null: a passkey will tell who it is
  challenge bytea,                      -- what a passkey has to sign, once
  attempts smallint not null default 0, -- wrong codes so far
  expires_at timestamptz not null
);
create index on log_in_steps (expires_at);

alter table users add column passkey_handle bytea unique; -- what passkeys know a person by; null: no passkey yet
alter table users add column new_email text;               -- asked for, not confirmed yet
alter table one_time_links drop constraint one_time_links_purpose_check;
alter table one_time_links add constraint one_time_links_purpose_check
  check (purpose in ('owner', 'confirm', 'password', 'email'));
alter table decisions drop constraint decisions_kind_check;
alter table decisions add constraint decisions_kind_check
  check (kind in ('warn', 'limit', 'unlimit', 'sensitive', 'unsensitive', 'suspend', 'reinstate',
                  'disable', 'enable', 'approve', 'reject', 'reset_factors'));
alter table accounts add column erased_at timestamptz;     -- nothing of a person who left is kept but the name
