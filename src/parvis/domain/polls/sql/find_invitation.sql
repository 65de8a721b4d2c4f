-- An invitation to vote, for whoever may see the poll: whether it was used, and whether this
-- account may vote by one already.
select p.id as poll_id, p.status_id, i.used_at is not null as is_used,
       p.closed_at is not null or coalesce(p.expires_at <= now(), false) as is_over, p.account_id = $1::bigint as is_own,
       exists (select from poll_electors e where e.poll_id = p.id and e.account_id = $1) as is_elector
from poll_invitations i join polls p on p.id = i.poll_id join statuses s on s.id = p.status_id
where i.code = $2::text and {{visible(s, $1)}}
