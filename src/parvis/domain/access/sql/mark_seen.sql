-- The sessions $1 and the people $2 were here just now. Told by every process: once an hour is written.
with session as (
  update sessions set seen_at = now()
  where id = any($1::bigint[]) and seen_at < now() - interval '1 hour'
)
update users set last_seen_on = current_date
where id = any($2::bigint[]) and last_seen_on is distinct from current_date
