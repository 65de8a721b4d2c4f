-- The ballot of a token in this turn, and while it waits what was sent.
select choices, sent from secret_ballots where poll_id = $1 and token = $2 and turn = $3
