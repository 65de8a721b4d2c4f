-- The key of a secret ballot, and how its ballots are read; the private half is null once it is destroyed.
select k.public, k.private, p.is_ranked from ballot_keys k join polls p on p.id = k.poll_id where k.poll_id = $1
