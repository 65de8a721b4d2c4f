-- A room that somebody wants to delete: whether it is theirs, and its message.
select r.id, r.status_id, r.account_id = $1::bigint as is_host, s.account_id = $1::bigint as is_author
from rooms r join statuses s on s.id = r.status_id
where r.id = $2 and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}}
for update of r
