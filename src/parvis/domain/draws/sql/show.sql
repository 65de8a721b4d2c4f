-- A frozen list was seen published in time: its round may decide.
update drawings set state = 'shown', shown_at = $3, next_at = due_at
where draw_id = $1 and number = $2 and state = 'frozen'
