-- A draw's id to be, whether its author is staff and has this list, whether anybody witnesses, and the draw that
-- the same form announced already.
select next_id() as id,
       u.role <> 'member' as is_staff,
       exists (select from lists l where l.id = $2::bigint and l.account_id = $1) as has_list,
       exists (select from log_witnesses) as is_witnessed,
       (
         select d.id from idempotency_keys k join draws d on d.status_id = k.status_id
         where k.account_id = $1 and k.key = $3::text
       ) as draw_id
from users u where u.account_id = $1::bigint
