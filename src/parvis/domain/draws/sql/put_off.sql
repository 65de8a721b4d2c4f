-- Look at a drawing again then, unless it moved on meanwhile, or somebody brought its round.
update drawings set next_at = $4
where draw_id = $1 and number = $2 and state = $3 and supplied is null
