-- Polls have logs, and ballots the name under which they stand there.

alter table polls
  add column log_id bigint,              -- no key: the log outlives the poll; null: asked before there were logs
  add column is_ended_early boolean not null default false, -- by its author
  add column is_changeable boolean not null default false;  -- a voter's last ballot counts
alter table ballots
  add column voter bytea,                -- pseudonym in the poll's log
  add column commitment bytea,           -- stands for the choices there until the poll closes
  add column replaces bytea;             -- leaf of the entry before, when the voter changed their vote
