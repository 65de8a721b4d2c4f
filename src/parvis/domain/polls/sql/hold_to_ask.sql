-- Hold a poll whose author or network's owner is about to change what its voters are asked of themselves.
select p.status_id, p.account_id = $1::bigint as is_own, p.closed_at is not null or p.expires_at <= now() as is_over,
       p.is_secret
from polls p join statuses s on s.id = p.status_id
where p.id = $2::bigint and {{visible(s, $1)}}
for update of p
