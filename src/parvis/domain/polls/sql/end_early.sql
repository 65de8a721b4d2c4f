-- The end of one's own open poll is now; those who are just voting in it still do. Answers its status, or null.
update polls p set expires_at = now(), is_ended_early = true
from statuses s
where p.id = $2 and p.account_id = $1 and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  and s.id = p.status_id and s.deleted_at is null
returning p.status_id
