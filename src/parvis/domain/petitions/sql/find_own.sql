-- Somebody's signature of a petition, by their account or by the link they hold, with the log it stands in.
with recursive mine as (
  select s.*, p.log_id, p.status_id, p.closed_at is not null or coalesce(p.closes_at <= now(), false) as is_over,
         p.version as newest, v.title
  from petition_signatures s join petitions p on p.id = s.petition_id
  join petition_versions v on v.petition_id = p.id and v.version = s.version
  where s.petition_id = $1::bigint and s.account_id = $2::bigint or s.receipt = $3::bytea
), chain as (
  select l.id, l.path, l.origin, 0 as step from mine join logs l on l.id = mine.log_id
  union all
  select l.id, l.path, l.origin, chain.step + 1 from chain join logs l on l.predecessor_id = chain.id
)
select mine.id, mine.petition_id, mine.account_id, encode(mine.person, 'hex') as person, mine.version, mine.signed_on,
       mine.place, mine.shown, mine.name, mine.commitment, mine.state, mine.is_over, mine.newest, mine.title,
       chain.path, chain.origin
from mine cross join chain order by chain.step desc limit 1
