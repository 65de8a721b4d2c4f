-- What makes the pseudonyms of a poll, and what decides how votes in it are read: it stays the same as long as
-- the poll is. The secret is null once the log is closed.
select l.secret, p.is_ranked, p.rules is not null as has_rules
from polls p join logs l on l.id = p.log_id where p.id = $1
