-- What a vote in a poll needs to be told: the status that asks, what makes the pseudonyms of its log (null: it has
-- none, or is closed), and how votes in it are read.
select p.status_id, l.secret, p.hides_totals, p.is_ranked, p.rules is not null as has_rules
from polls p left join logs l on l.id = p.log_id where p.id = $1
