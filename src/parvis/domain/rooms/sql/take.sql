-- A keeper takes rooms that are to sound, or to be done away with, and that nobody else keeps.
with free as materialized (
  select id from rooms
  where (state in ('open', 'live', 'paused', 'deleted') or state = 'ended' and finished_at is null)
    and (epoch_ms is not null or state = 'deleted')
    and (kept_by is null or kept_by = $1 or kept_until < now())
  order by id for update skip locked
)
update rooms r set kept_by = $1, kept_until = now() + $2 * interval '1 s' from free where r.id = free.id
