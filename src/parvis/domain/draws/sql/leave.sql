-- Take somebody out of a draw whose list is open; held as entering holds it.
with draw as (
  select * from draws where id = $1::bigint for key share
), asked as (
  select d.id, d.stage,
         d.cancelled_at is null and d.closed_at is null and exists (
           select from drawings g
           where g.draw_id = d.id and g.number = d.stage and g.state = 'open' and g.frozen_at > $3::timestamptz
         ) as is_open
  from draw d
), gone as (
  update draw_entrants e set left_in = asked.stage from asked
  where asked.is_open and e.draw_id = asked.id and e.entrant = $2::bytea and e.left_in is null
  returning 1
)
select asked.is_open, exists (select from gone) as is_left from asked
