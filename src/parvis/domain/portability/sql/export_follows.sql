-- Whom $1 follows, after the relation $2: as Mastodon's file says it.
select f.id, a.username, a.domain, f.shows_reblogs, f.notifies, f.languages
from follows f join accounts a on a.id = f.target_id
where f.account_id = $1::bigint and a.deleted_at is null and f.id > $2::bigint
order by f.id limit $3
