-- Polls have logs, and ballots the name under which they stand there.

alter table polls
  add column log_id bigint,              -- no key: the log outlives the poll; null: asked before there were logs
  add column is_ended_early boolean not null default false, -- by its author
  add column is_changeable boolean not null default false;  -- a voter's last ballot counts
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
