-- Who is on the lists of $1, after the membership $2.
select m.id, l.title, a.username, a.domain
from lists l join list_accounts m on m.list_id = l.id join accounts a on a.id = m.account_id
where l.account_id = $1::bigint and {{member(m, $1)}} and a.deleted_at is null and m.id > $2::bigint
order by m.id limit $3
