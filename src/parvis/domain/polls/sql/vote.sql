-- Cast a ballot if the poll is to be seen, is open, is not one's own, takes these choices and got none yet, and
-- append it to the poll's log: one statement decides, records and tells. The poll is held (as the foreign key
-- of the ballot would) against an edit and against closing, so that no ballot comes after the last entry; one
-- that is over is not held, so that voting on cannot put its closing off.
with recursive seen as (
  select p.id, p.status_id, p.account_id = $1 as is_own, p.is_secret from polls p join statuses s on s.id = p.status_id
  where p.id = $2::bigint and {{visible(s, $1::bigint)}}
), poll as (
  select p.id, p.status_id, p.log_id, p.hides_totals, p.account_id = $1 as is_own,
         cardinality($3::bigint[]) > 1 and not p.is_multiple as is_too_many,
         0 > any($3) or cardinality(p.options) <= any($3) as is_unknown
  from polls p
  where p.id = (select id from seen where not is_secret) and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  for key share
), chain as (
  select l.id, l.origin, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select l.id, l.origin, l.closed_at from chain join logs l on l.predecessor_id = chain.id
), log as (
  select id, origin from chain where closed_at is null
), came as (
  insert into ballots (poll_id, account_id, choices, voter, commitment)
  select id, $1, $3::smallint[], $6::bytea, case when hides_totals then $9::bytea end from poll
  where not is_own and not is_too_many and not is_unknown
    and (log_id is null or $6 is not null and exists (select from log))
  on conflict do nothing
  returning poll_id
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select log.id, true, case when poll.hides_totals then $8::bytea else $7::bytea end
  from came join poll on poll.id = came.poll_id cross join log
), sealed as (
  insert into log_openings (commitment, log_id, salt, text)
  select $9, log.id, $10::bytea, $11::text
  from came join poll on poll.id = came.poll_id and poll.hides_totals cross join log
), told as (
  insert into outbox (kind, payload, slots)
  select $4, jsonb_build_object('poll_id', p.id, 'status_id', p.status_id), $5::bigint[]
  from came join poll p on p.id = came.poll_id
)
select {{standing($1)}} as standing, seen.status_id, seen.is_own, seen.is_secret, p.id is null as is_over, p.is_too_many,
       p.is_unknown, p.hides_totals, (select origin from log) as origin,
       exists (select from came) as is_cast,
       exists (select from ballots b where b.poll_id = $2 and b.account_id = $1) as is_voted
from (values (1)) always left join seen on true left join poll p on true
