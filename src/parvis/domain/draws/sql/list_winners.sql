-- Who was drawn in a draw, by drawing, in the order of their tickets.
select number, rank, entrant, account_id, place, state, answer_by from draw_winners
where draw_id = $1 order by number, place nulls last, rank
