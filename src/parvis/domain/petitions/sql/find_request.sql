-- What somebody asked to sign by a letter whose link they opened.
select r.petition_id, r.account_id, r.email, r.roll_hash, r.version, r.name, r.shown, r.place
from petition_requests r where r.link = $1 and r.created_at > now() - interval '2 days'
