-- Ballots that count no more, since their tokens voted again.
update secret_ballots set is_counted = false where poll_id = $1 and token = any($2::bytea[]) and is_counted
