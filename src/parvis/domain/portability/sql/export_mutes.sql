-- Whom $1 mutes until further notice, after the relation $2: a file cannot say until when.
select m.id, a.username, a.domain, m.hides_notifications
from mutes m join accounts a on a.id = m.target_id
where m.account_id = $1::bigint and m.expires_at is null and a.deleted_at is null and m.id > $2::bigint
order by m.id limit $3
