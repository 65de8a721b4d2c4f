-- What a voter's token was given for.
select asked from ballot_tokens where poll_id = $1 and voter = $2
