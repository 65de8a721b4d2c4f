-- Offer a place to the next reserve of a drawing; `$5`: only to one who has won nothing in this draw. Answers
-- who, null: nobody is left.
update draw_winners w set place = $3, called_in = d.stage, state = 'asked', answer_by = $4
from draws d
where d.id = $1 and w.draw_id = $1 and w.number = $2 and w.rank = (
  select min(r.rank) from draw_winners r
  where r.draw_id = $1 and r.number = $2 and r.state = 'waiting' and not ($5::boolean and exists (
    select from draw_winners o where o.draw_id = $1 and o.entrant = r.entrant and o.place is not null
  ))
)
returning w.entrant
