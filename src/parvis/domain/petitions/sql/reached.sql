-- Milestones of open petitions (held and counted) that were not reached before: kept, and told in their logs.
with counts as (
  select p.id, p.log_id, p.version, p.goal, sum(t.signatures) as n
  from petitions p join petition_tallies t on t.petition_id = p.id and t.version = p.version and t.what = 'day'
  where p.id = any($1::bigint[]) and p.closed_at is null group by p.id
), came as (
  insert into petition_milestones (petition_id, version, signatures)
  select c.id, c.version, m.n from counts c, (
    select unnest($2::bigint[]) as n
  ) m where m.n <= c.n
  union
  select c.id, c.version, c.goal from counts c where c.goal <= c.n
  on conflict do nothing
  returning petition_id, version, signatures
)
insert into log_pending (log_id, is_shuffled, entry)
select l.log_id, false, convert_to('{"signatures":' || l.signatures || ',"type":"milestone"}', 'UTF8')
from (
  select {{open_log(c.log_id)}} as log_id, came.signatures from came join counts c on c.id = came.petition_id
) l where l.log_id is not null order by l.log_id, l.signatures
