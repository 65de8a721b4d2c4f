-- The first checkpoint that held a frozen list, as the server log tells of it.
update drawings set told = coalesce(told, $3) where draw_id = $1 and number = $2
