-- What was written down of a room.
select id, from_ms, to_ms, text from room_captions where room_id = $1 order by from_ms, id limit $2
