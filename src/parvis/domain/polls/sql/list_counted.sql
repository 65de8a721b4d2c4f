-- Of these tokens the ballots that count until now.
select token, turn, choices from secret_ballots where poll_id = $1 and token = any($2::bytea[]) and is_counted
