-- Whoever enters from now on is in the next drawing's list, if there is one.
with moved as (update draws set stage = $2 + 1 where id = $1 and stage = $2 returning id)
update drawings g set state = 'freezing', next_at = $3
from moved where g.draw_id = moved.id and g.number = $2 and g.state = 'open'
