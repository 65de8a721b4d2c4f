-- Calls of two people, whose sound goes from browser to browser. Of a call nothing is kept when it is over, but
-- that it was missed.

create table calls (
  id bigint primary key default next_id(),
  caller_id bigint not null references accounts,
  callee_id bigint not null references accounts,
  state text not null check (state in ('ringing', 'talking', 'declined', 'unanswered', 'over', 'missed')),
  is_silent boolean not null,              -- the callee mutes the caller: it rings for the caller alone
  caller_device text,                      -- which of their browsers the call is in, by a name it made up
  callee_device text,
  caller_until timestamptz not null default now() + interval '45 s', -- each browser says that it is there
  callee_until timestamptz not null default now() + interval '45 s',
  ends_at timestamptz not null default now() + interval '45 s',      -- then it rang long enough, or is forgotten
  signals int not null default 0,          -- how many there were
  created_at timestamptz not null default now(),
  check (caller_id <> callee_id)
);
create index on calls (caller_id);
create index on calls (callee_id);
create index on calls (ends_at);

create table call_lines (                  -- who is being rung, rings or talks: each in one call
  account_id bigint primary key references accounts,
  call_id bigint not null references calls on delete cascade
);
create index on call_lines (call_id);

create table call_signals (                -- offers, answers and addresses of one browser for the other
  call_id bigint not null references calls on delete cascade,
  place int not null,
  account_id bigint not null references accounts,
  device text not null,
  number int not null,                     -- as the browser counts what it sends: sent twice is kept once
  body text not null,
  primary key (call_id, place),
  unique (call_id, device, number)
);
create index on call_signals (account_id);
