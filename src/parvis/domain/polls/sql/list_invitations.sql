-- The invitations to a poll, for its author alone.
select i.code, i.used_at is not null as is_used
from poll_invitations i join polls p on p.id = i.poll_id
where p.id = $2::bigint and p.account_id = $1::bigint
order by i.used_at is not null, i.code
