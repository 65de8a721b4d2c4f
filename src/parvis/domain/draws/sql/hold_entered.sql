-- A draw that somebody who leaves has entered, held against freezing; whether its log still takes entries.
select d.id, d.log_id, d.stage, d.closed_at is null and d.stage <= d.drawings as is_open
from draws d
where d.id = (select min(e.draw_id) from draw_entrants e where e.account_id = $1)
for update
