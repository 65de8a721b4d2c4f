-- A draw is over, and its log closed; nobody looks at its drawings any more.
with closed as (update draws set closed_at = now() where id = $1 returning id)
update drawings g set next_at = null from closed where g.draw_id = closed.id
