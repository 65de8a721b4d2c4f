-- The drawings of a draw.
select draw_id, number, manifest, frozen_at, due_at, state, entrants, root, shown_at, source, beacon, why, drawn_at
from drawings where draw_id = $1 order by number
