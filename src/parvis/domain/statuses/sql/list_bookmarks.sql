-- What an account bookmarked, by the ids of its bookmarks.
select b.id, b.status_id
from bookmarks b join statuses s on s.id = b.status_id
where b.account_id = $1::bigint and {{visible(s, $1)}} and b.id < $2 and b.id > $3
order by b.id /*older*/ desc
limit $4
