-- One's own ballot as it stands in the log of a poll, and that log, or the successor that took its place. A
-- public log stays in reach when the status is gone; one for few is for those who may see the status now.
with recursive chain as (
  select l.id, l.path, l.origin, l.is_public, 0 as step from polls p join logs l on l.id = p.log_id where p.id = $1::bigint
  union all
  select l.id, l.path, l.origin, l.is_public, chain.step + 1 from chain join logs l on l.predecessor_id = chain.id
)
select p.status_id, b.choices, encode(b.voter, 'hex') as voter, b.commitment, b.replaces, chain.path, chain.origin
from polls p join ballots b on b.poll_id = p.id and b.account_id = $2::bigint join statuses s on s.id = p.status_id
cross join chain
where p.id = $1 and b.voter is not null and (chain.is_public or {{visible(s, $2)}})
order by chain.step desc limit 1
