-- A log by its id, or the successor that took its place, with the secret of its pseudonyms.
with recursive log as (
  select l.*, 0 as step from logs l where id = $1
  union all
  select l.*, log.step + 1 from logs l join log on l.predecessor_id = log.id
)
select id, path, origin, kind, is_public, closed_at is not null as is_closed, secret from log order by step desc limit 1
