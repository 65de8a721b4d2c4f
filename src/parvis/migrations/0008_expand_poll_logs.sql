-- Polls have logs, and ballots the name under which they stand there; what a poll may be beyond one choice or
-- several, and who may vote in it.

alter table polls
  add column log_id bigint,              -- no key: the log outlives the poll; null: asked before there were logs
  add column is_ended_early boolean not null default false, -- by its author
  add column is_changeable boolean not null default false, -- of a voter's ballots the last one counts
  add column is_ranked boolean not null default false, -- instant run-off; is_multiple as well. Never changes
  add column rules jsonb,                -- who may vote (statuses.eligible.Rules); null: who sees it. Never changes
  add column eligible bigint,            -- how many may vote, where that is a closed list
  add column manifest bytea,             -- hash of the entry by which a ranked poll is counted
  add column outcome jsonb;              -- rounds of a ranked poll that is closed
alter table ballots
  add column voter bytea,                -- pseudonym in the poll's log
  add column commitment bytea,           -- stands for the choices there until the poll closes
  add column replaces bytea;             -- leaf of the entry before, when the voter changed their vote

-- What committed votes add to a tally until the worker has added it up: rows that are only ever inserted, so
-- that no vote waits for another. Ballots come with `is_sequenced` true from now on; what the release before
-- casts beside this one is still counted by that column. The next contraction drops it.
create table poll_increments (
  poll_id bigint not null,
  id bigint generated always as identity,
  tallies bigint[] not null,             -- by option; below zero where somebody changed their vote
  voters bigint not null,
  primary key (poll_id, id)
);

-- No keys: each vote would look up and lock its poll and its voter once more. The statement that votes holds
-- the poll, accounts are never deleted, and who erases a poll erases its ballots.
alter table ballots
  drop constraint ballots_poll_id_fkey,
  drop constraint ballots_account_id_fkey;

-- The closed list of those who may vote: a list of the author's as it was, or who used an invitation.
create table poll_electors (
  poll_id bigint not null references polls on delete cascade,
  account_id bigint not null references accounts on delete cascade,
  primary key (poll_id, account_id)
);
create index on poll_electors (account_id);
create table poll_invitations (
  code text primary key,
  poll_id bigint not null references polls on delete cascade,
  used_at timestamptz                    -- by whom is not kept
);
create index on poll_invitations (poll_id);

-- Rankings whose voters were erased: the rounds are counted with them all the same.
create table erased_rankings (
  poll_id bigint not null references polls on delete cascade,
  choices smallint[] not null,
  ballots bigint not null,
  primary key (poll_id, choices)
);
