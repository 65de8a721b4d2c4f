-- Somebody's own entry in a draw, and the log it stands in.
select e.entrant, e.left_in is null as is_in, l.path, l.origin
from draw_entrants e join draws d on d.id = e.draw_id join logs l on l.id = d.log_id
where e.draw_id = $1 and e.account_id = $2
order by e.entered_in desc limit 1
