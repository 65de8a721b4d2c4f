-- A round was brought and checked: the worker draws with it.
update drawings set supplied = $3, next_at = $4 where draw_id = $1 and number = $2 and state = 'shown'
