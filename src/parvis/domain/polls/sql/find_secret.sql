-- What makes the pseudonyms of a poll; null: it has no log, or is closed.
select l.secret from polls p join logs l on l.id = p.log_id where p.id = $1
