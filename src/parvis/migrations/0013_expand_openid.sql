-- Petitions for people whom an issuer of OpenID Connect knows.

create table petition_issuers (
  id bigint primary key default next_id(),
  name text not null unique,             -- as people know it
  issuer text not null,                  -- its address, exactly as its tokens say it
  client_id text not null,
  client_secret text,                    -- sealed with the data folder's key; null: it asks for none
  scopes text not null,                  -- what is asked for besides "openid"
  claim text,                            -- of the token, that has to be there; null: whoever it knows
  claim_value text,                      -- what that has to say; null: anything but no
  created_at timestamptz not null default now(),
  check (claim_value is null or claim is not null)
);

alter table petitions add column issuer_id bigint references petition_issuers;
create index on petitions (issuer_id) where issuer_id is not null;
alter table petitions drop constraint petitions_verifier_check;
alter table petitions add constraint petitions_verifier_check
  check (verifier in ('none', 'email domain', 'roll', 'openid'));
alter table petitions add constraint petitions_issuer_check check ((verifier = 'openid') = (issuer_id is not null));

create table petition_journeys (         -- people who are at an issuer, to sign when they are back; a quarter of an hour
  state bytea primary key,               -- digest; who has the secret behind it has it in their browser
  petition_id bigint not null references petitions,
  account_id bigint references accounts,
  version int not null,
  name text not null,
  shown text not null,
  place smallint,
  created_at timestamptz not null default now()
);
create index on petition_journeys (petition_id);
create index on petition_journeys (account_id) where account_id is not null;
create index on petition_journeys (created_at);
