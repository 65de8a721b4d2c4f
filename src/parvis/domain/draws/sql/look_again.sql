-- When the first of those asked in a drawing has not answered in time.
update drawings g set next_at = (
  select min(w.answer_by) from draw_winners w
  where w.draw_id = $1 and w.number = $2 and w.state = 'asked'
)
where g.draw_id = $1 and g.number = $2
