-- Results of polls: what voters may say of themselves, how the population is divided, when ballots were counted,
-- and what is counted once when a poll closes.

create table poll_populations (          -- whom a poll is to speak for, as its author says
  poll_id bigint primary key references polls on delete cascade,
  name text not null,
  size bigint check (size > 0),          -- people; null: not said
  source text not null                   -- where the figures are from
);
create table poll_margins (              -- what voters are asked about themselves
  poll_id bigint not null references polls on delete cascade,
  kind text not null check (kind in ('age', 'gender', 'region', 'education')),
  place smallint not null,               -- order; answers are told in it
  categories text[] not null,
  totals double precision[] not null,    -- of the population in each: people or shares
  primary key (poll_id, kind),
  check (cardinality(categories) = cardinality(totals))
);
create table declarations (              -- what voters said of themselves; gone when the poll closes
  poll_id bigint not null,
  account_id bigint not null,
  answers smallint[] not null,           -- a category of each margin, from 0
  primary key (poll_id, account_id),
  foreign key (poll_id, account_id) references ballots on delete cascade
);
create table declared_cells (            -- what is left of them: how many were alike, and how they voted
  poll_id bigint not null references polls on delete cascade,
  answers smallint[] not null,
  voters bigint not null,
  tallies bigint[] not null,
  primary key (poll_id, answers)
);
create table poll_signs (                -- accounts that voted and show signs of automation, counted at closing
  poll_id bigint primary key references polls on delete cascade,
  bots bigint not null,                  -- say so themselves
  fresh bigint not null,                 -- made for the poll, it seems
  bursts bigint not null,                -- made together with many others who voted
  suspects bigint not null,              -- with any of these
  tallies bigint[] not null,             -- how they voted
  judges_age boolean not null            -- false: the network was too young then to hold it against anybody
);
create table poll_turnout (              -- ballots by when they were counted
  poll_id bigint not null references polls on delete cascade,
  counted_at timestamptz not null,       -- the beginning of ten minutes
  voters bigint not null,
  primary key (poll_id, counted_at)
);
