-- The addresses of the account that a link may name, if the link is still one of its lines.
select a.url, a.uri
from account_links l join accounts a on a.id = l.account_id
where l.account_id = $1::bigint and l.url = $2::text and a.suspended_at is null and a.deleted_at is null
