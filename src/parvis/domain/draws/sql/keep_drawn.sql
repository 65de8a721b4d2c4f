-- A drawing is decided; it is looked at again when the first of those asked has not answered in time.
update drawings g set state = 'drawn', source = $3, beacon = $4, drawn_at = $5, next_at = (
  select min(w.answer_by) from draw_winners w
  where w.draw_id = $1 and w.number = $2 and w.state = 'asked'
)
where g.draw_id = $1 and g.number = $2
