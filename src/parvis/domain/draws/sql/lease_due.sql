-- Take the drawings whose time has come, the first first; each is looked at again a while later if it stays as it is.
with due as materialized (
  select draw_id, number from drawings where next_at <= $1 order by next_at, number limit $3 for update skip locked
)
update drawings g set next_at = $1::timestamptz + $2::interval
from due
where g.draw_id = due.draw_id and g.number = due.number
returning g.draw_id, g.number
