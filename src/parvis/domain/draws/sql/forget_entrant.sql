-- Nobody is behind this pseudonym any more; who was still in leaves. Answers who left.
update draw_entrants e set account_id = null, left_in = coalesce(e.left_in, $3)
from draw_entrants old
where e.draw_id = $1 and e.account_id = $2
  and old.draw_id = e.draw_id and old.entrant = e.entrant and old.entered_in = e.entered_in
returning e.entrant, old.left_in is null as is_left
