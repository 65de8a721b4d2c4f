-- Draws of which a drawing's round is due.
select distinct g.draw_id from drawings g join draws d on d.id = g.draw_id
where g.state = 'shown' and g.due_at <= $1 and d.method = 'drawn' order by g.draw_id
