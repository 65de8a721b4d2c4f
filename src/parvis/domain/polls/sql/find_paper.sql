-- A secret ballot whose status may be seen, with its log, or the successor that took its place.
with recursive poll as (
  select p.* from polls p join statuses s on s.id = p.status_id
  where p.id = $2::bigint and p.is_secret and {{visible(s, $1::bigint)}}
), chain as (
  select l.id, l.path, 0 as step from poll join logs l on l.id = poll.log_id
  union all
  select l.id, l.path, chain.step + 1 from chain join logs l on l.predecessor_id = chain.id
)
select p.status_id, k.public, chain.path, p.expires_at, p.account_id = $1 as is_own, p.voters,
       p.closed_at is not null or coalesce(p.expires_at <= now(), false) as is_over,
       (select coalesce(sum(t.tokens), 0)::bigint from ballot_token_counts t where t.poll_id = p.id) as issued,
       (select secret from logs l where l.id = p.log_id) as secret
from poll p join ballot_keys k on k.poll_id = p.id cross join chain
order by chain.step desc limit 1
