-- Signatures that were removed from a petition, with the reason, the newest first.
select encode(s.person, 'hex') as person, s.removed_for as reason, s.removed_why as why, s.signed_on, s.version
from petition_signatures s
where s.petition_id = $1 and s.state = 'removed' order by s.id desc limit $2
