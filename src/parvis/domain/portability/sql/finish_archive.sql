-- An archive is made. Answers nothing when it went meanwhile, with its account.
update archives x
set state = 'ready', bytes = $2, finished_at = now(), expires_at = now() + $3 * interval '1 s'
from accounts a
where x.id = $1::bigint and x.state = 'waiting' and a.id = x.account_id and a.deleted_at is null
returning x.id
