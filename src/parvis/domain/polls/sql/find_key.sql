-- The key of a secret ballot; its private half is null once it is destroyed.
select public, private from ballot_keys where poll_id = $1
