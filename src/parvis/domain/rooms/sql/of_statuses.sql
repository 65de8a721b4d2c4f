-- Rooms that these statuses announce.
select id from rooms where status_id = any($1::bigint[]) and state <> 'deleted' for update
