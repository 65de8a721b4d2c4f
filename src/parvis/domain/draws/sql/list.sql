-- Draws of authors whom people may meet, with the drawing that is open, or the last one.
select d.id, d.account_id, d.method, d.title, d.stage, d.drawings, g.frozen_at, g.due_at, g.state,
       (select count(*) from draw_entrants e where e.draw_id = d.id and e.left_in is null) as entrants,
       d.cancelled_at, d.closed_at
from draws d join accounts a on a.id = d.account_id
join drawings g on g.draw_id = d.id and g.number = least(d.stage, d.drawings)
where {{present(a)}} and d.id < $1 and d.id > $2
order by d.id /*older*/ desc limit $3
