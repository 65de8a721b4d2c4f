-- A log ends, for a successor; answers since when it took no more entries, or null when that is now.
with before as (
  select id, closed_at from logs where id = $1
), ended as (
  update logs l set closed_at = now() from before where l.id = before.id and before.closed_at is null
)
select closed_at from before
