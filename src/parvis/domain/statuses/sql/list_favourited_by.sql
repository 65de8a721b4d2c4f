-- Who favourited a status, by the ids of the favourites; but whom the viewer keeps away, or is kept from.
select f.id, f.account_id
from favourites f join accounts a on a.id = f.account_id
where f.status_id = $2::bigint and a.suspended_at is null and a.deleted_at is null
  and not exists (select from blocks b where (b.account_id = $1::bigint and b.target_id = a.id)
                                          or (b.account_id = a.id and b.target_id = $1))
  and not exists (select from mutes m where m.account_id = $1 and m.target_id = a.id
                  and (m.expires_at is null or m.expires_at > now()))
  and f.id < $3 and f.id > $4
order by f.id /*older*/ desc
limit $5
