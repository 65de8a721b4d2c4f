-- The root of a frozen list is logged.
update drawings set state = $7, root = $3, entrants = $4, next_at = $5, root_leaf = $6
where draw_id = $1 and number = $2 and state = 'freezing'
