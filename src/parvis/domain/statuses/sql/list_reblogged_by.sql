-- Who reblogged a status openly, by the ids of the reblogs; but whom the viewer keeps away, or is kept from.
select r.id, r.account_id
from statuses r join accounts a on a.id = r.account_id
where r.reblog_of_id = $2::bigint and r.deleted_at is null and r.visibility in ('public', 'unlisted')
  and a.suspended_at is null and a.deleted_at is null
  and not exists (select from blocks b where (b.account_id = $1::bigint and b.target_id = a.id)
                                          or (b.account_id = a.id and b.target_id = $1))
  and not exists (select from mutes m where m.account_id = $1 and m.target_id = a.id
                  and (m.expires_at is null or m.expires_at > now()))
  and r.id < $3 and r.id > $4
order by r.id /*older*/ desc
limit $5
