-- Another vote takes the place of the one that is held: it is logged, the former un-counted, all of it told.
with changed as (
  update ballots set choices = $3::smallint[], replaces = $5::bytea, commitment = $8::bytea
  where poll_id = $1::bigint and account_id = $2::bigint
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select $6::bigint, true, $7::bytea where $6 is not null and $7 is not null
), sealed as (
  insert into log_openings (commitment, log_id, salt, text)
  select $8, $6, $9::bytea, $10::text where $6 is not null and $8 is not null
), added as (
  insert into poll_increments (poll_id, tallies, voters) values ($1, $4::bigint[], 0)
)
insert into outbox (kind, payload, slots)
values ($11, jsonb_build_object('poll_id', $1::bigint, 'status_id', $12::bigint), $13::bigint[])
