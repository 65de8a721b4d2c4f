-- Secret ballots: a key for each such poll, who got a token, and ballots that name nobody.

alter table polls add column is_secret boolean not null default false;

create table ballot_keys (
  poll_id bigint primary key references polls on delete cascade,
  public bytea not null,                 -- SubjectPublicKeyInfo, DER
  private text                           -- sealed with the data folder's key (infra/sealing.py); null: destroyed
);
create table ballot_tokens (             -- no account: the poll's pseudonym, and no time
  poll_id bigint not null references polls on delete cascade,
  voter bytea not null,
  asked bytea not null,                  -- SHA-256 of the blinded message: a retry is the same one
  primary key (poll_id, voter)
);
create table secret_ballots (            -- no time, no number; rewritten in an order of chance (polls/mixing.py)
  poll_id bigint not null references polls on delete cascade,
  token bytea not null,                  -- SHA-256 of the voter's key
  turn smallint not null check (turn > 0),
  choices smallint[] not null,
  is_counted boolean not null default false, -- of one token the ballot with the highest turn
  sent bytea,                            -- what is to stand in the log; null: it is on its way there
  primary key (poll_id, token, turn)
);
create index secret_ballots_waiting on secret_ballots (poll_id) where sent is not null;
