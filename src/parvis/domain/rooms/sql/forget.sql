-- The last of a deleted room: its number.
delete from rooms where id = $2 and kept_by = $1 and state = 'deleted'
