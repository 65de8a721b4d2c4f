-- A draw is called off: the drawings that were to come do not take place.
with called_off as (
  update draws set cancelled_at = now(), cancelled_why = $2 where id = $1 returning id, status_id
), dropped as (
  update drawings g set state = 'void', why = 'called off', next_at = null
  from called_off where g.draw_id = called_off.id and g.state = 'open'
)
select status_id from called_off
