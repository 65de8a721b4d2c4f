-- One drawing with what is needed of its draw.
select g.draw_id, g.number, d.log_id, d.account_id, d.status_id, d.method, d.manifest as announced, d.stage,
       g.manifest, g.frozen_at, g.due_at, g.state, g.root, g.root_leaf, g.told, g.supplied, g.shown_at,
       exists (
         select from drawings b where b.draw_id = g.draw_id and b.number < g.number and b.state not in ('drawn', 'void')
       ) as before
from drawings g join draws d on d.id = g.draw_id
where g.draw_id = $1 and g.number = $2
