-- The key of a secret ballot, and how its ballots are read; the private half is null once it is destroyed, as the
-- secret of its log is.
select k.public, k.private, p.is_ranked, l.secret
from ballot_keys k join polls p on p.id = k.poll_id left join logs l on l.id = p.log_id where k.poll_id = $1
