-- What somebody was told of an earlier drawing of the same draw gives way to the news of this one.
delete from notifications n
using unnest($1::bigint[], $2::int[]) as t (draw_id, number), draws d, drawings g, draw_winners w
where d.id = t.draw_id and g.draw_id = d.id and g.number = t.number and w.draw_id = d.id and w.number = t.number
  and w.state = 'asked' and n.account_id = w.account_id and n.from_account_id = d.account_id
  and n.kind in ('draw', 'draw.reserve') and n.status_id is not distinct from d.status_id
  and (n.kind = 'draw.reserve' or n.created_at < g.drawn_at)
returning n.account_id
