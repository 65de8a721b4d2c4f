-- What an account pinned, the last pinned first, of what a viewer may see.
select s.id
from status_pins p join statuses s on s.id = p.status_id
where p.account_id = $2::bigint and {{visible(s, $1::bigint)}}
order by p.id desc
