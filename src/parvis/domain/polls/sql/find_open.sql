-- What a vote in a poll needs to be told: the status that asks, and what makes the log's pseudonyms (null: it has
-- no log, or is closed).
select p.status_id, l.secret, p.hides_totals from polls p left join logs l on l.id = p.log_id where p.id = $1
