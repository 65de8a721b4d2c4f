-- A drawing decides nothing.
update drawings set state = 'void', why = $3, next_at = null where draw_id = $1 and number = $2
