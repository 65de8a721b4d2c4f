-- Where entries stand in a log, by their leaf hashes.
select leaf, position from log_entries where log_id = $1 and leaf = any($2::bytea[])
