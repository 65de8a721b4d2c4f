-- What $1 bookmarked and may still see, after the bookmark $2.
select b.id, s.uri
from bookmarks b join statuses s on s.id = b.status_id
where b.account_id = $1::bigint and {{visible(s, $1)}} and b.id > $2::bigint
order by b.id limit $3
