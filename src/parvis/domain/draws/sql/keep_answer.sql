-- What became of a place that was offered.
update draw_winners set state = $4 where draw_id = $1 and number = $2 and rank = $3
