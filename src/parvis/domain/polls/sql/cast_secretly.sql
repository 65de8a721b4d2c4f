-- Take a secret ballot if its poll is open and takes these choices, and the token has not voted in this turn. No
-- row when the poll is over or deleted. Held against closing as `cast` does; nothing says when it came.
with recursive poll as (
  select p.id, p.log_id, p.hides_totals, p.is_changeable, extract(epoch from p.expires_at - now())::float8 as left_s,
         cardinality($4::smallint[]) > 1 and not p.is_multiple as is_too_many,
         cardinality(p.options) <= any($4) as is_unknown
  from polls p
  where p.id = $1::bigint and p.is_secret and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
    and exists (select from statuses s where s.id = p.status_id and s.deleted_at is null)
  for key share
), chain as (
  select l.id, l.path, l.origin, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select l.id, l.path, l.origin, l.closed_at from chain join logs l on l.predecessor_id = chain.id
), log as (
  select id, path, origin from chain where closed_at is null
), came as (
  insert into secret_ballots (poll_id, token, turn, choices, sent)
  select poll.id, $2::bytea, $3::smallint, $4, $5::bytea from poll cross join log
  where not is_too_many and not is_unknown and ($3 = 1 or is_changeable)
  on conflict do nothing
  returning 1
)
select poll.hides_totals, poll.left_s, poll.is_too_many, poll.is_unknown, log.id as log_id, log.path, log.origin,
       exists (select from came) as is_cast
from poll cross join log
