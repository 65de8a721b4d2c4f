-- Entries of a log from one place to another, with their hashes.
select leaf, entry from log_entries where log_id = $1 and position >= $2 and position < $3 order by position
