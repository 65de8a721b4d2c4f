-- Draws: what was announced, who entered, each drawing of a series, and whom it drew.

create table draws (
  id bigint primary key default next_id(),
  account_id bigint not null references accounts, -- who draws
  status_id bigint,                      -- announces it; no key: the draw outlives it
  log_id bigint not null,                -- no key, as of polls
  method text not null check (method in ('drawn', 'selected')),
  title text not null,
  prizes text not null,
  manifest bytea not null,               -- as logged: the first entry
  list_id bigint,                        -- of the account; who is on it may enter; no key: the manifest says there is one
  drawings smallint not null,
  stage smallint not null default 1,     -- the drawing whose list is open; one more than there are: none is
  cancelled_at timestamptz,
  cancelled_why text,
  closed_at timestamptz,                 -- its log has its last entry
  created_at timestamptz not null default now()
);
create index on draws (account_id);
create index on draws (status_id);

create table drawings (
  draw_id bigint not null references draws on delete cascade,
  number smallint not null,              -- from 1
  manifest bytea not null,               -- as logged
  frozen_at timestamptz not null,        -- as announced
  due_at timestamptz not null,           -- when its round is signed
  state text not null default 'open'
    check (state in ('open', 'freezing', 'frozen', 'shown', 'drawn', 'void')),
  next_at timestamptz,                   -- when a worker looks at it; null: never again
  entrants integer,
  root bytea,
  root_leaf bytea,                       -- hash of the entry that tells it
  told bytea,                            -- leaf of the checkpoint that holds the frozen list, in the server log
  shown_at timestamptz,                  -- when the list was seen published, and witnessed where that is asked
  source smallint,                       -- which round decided, from 0
  beacon jsonb,                          -- that round
  supplied jsonb,                        -- a round that somebody brought: {source, beacon}; checked
  why text,                              -- why it is void
  drawn_at timestamptz,
  primary key (draw_id, number)
);
create index on drawings (next_at) where next_at is not null;

create table draw_entrants (
  draw_id bigint not null references draws on delete cascade,
  entrant bytea not null,                -- pseudonym in the draw's log
  entered_in smallint not null,          -- the first drawing they take part in
  left_in smallint,                      -- the first they do not any more; null: they are in
  account_id bigint references accounts, -- null: the account was erased
  leaf bytea not null,                   -- hash of their entry
  primary key (draw_id, entrant, entered_in)
);
create index on draw_entrants (account_id) where account_id is not null;

create table draw_winners (
  draw_id bigint not null,
  number smallint not null,
  rank smallint not null,                -- order of tickets, from 0: winners, then reserves
  entrant bytea not null,
  account_id bigint references accounts, -- null: the account was erased
  place smallint,                        -- which prize they were offered, from 0; null: a reserve not called
  called_in smallint,                    -- the draw's stage when they were offered it
  state text not null check (state in ('waiting', 'asked', 'accepted', 'declined', 'silent', 'gone')),
  answer_by timestamptz,
  primary key (draw_id, number, rank),
  foreign key (draw_id, number) references drawings on delete cascade
);
create index on draw_winners (answer_by) where state = 'asked';
create index on draw_winners (account_id) where account_id is not null;
