-- Where an entry of this hash is in a log, if it has its place, and the entry.
select position, entry from log_entries where leaf = $2 and log_id = $1 order by position limit 1
