-- Append entries to a log, or to the successor that took its place, while it is open; answers how many came.
with recursive log as (
  select id, closed_at from logs where id = $1
  union all
  select l.id, l.closed_at from logs l join log on l.predecessor_id = log.id
), came as (
  insert into log_pending (log_id, is_shuffled, entry)
  select log.id, $3, e.entry
  from log, unnest($2::bytea[]) with ordinality as e (entry, number)
  where log.closed_at is null
  order by e.number
  returning 1
)
select count(*) from came
