-- Whether a poll has ballots (also of those who left since), is over, or is secret: its manifest stands alone.
select p.voters > 0 or p.closed_at is not null or coalesce(p.expires_at <= now(), false) or p.is_secret
       or exists (select from ballots b where b.poll_id = p.id)
from polls p where p.id = $1
