-- Statuses $1 of $2 that reblogged $3 (null: were no reblogs) are gone: nothing tells of them any more.
with undone as (
  select * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as t (status_id, account_id, reblog_of_id)
)
delete from notifications n
using undone u
where n.status_id = u.status_id
   or (
     n.status_id = u.reblog_of_id and n.kind = 'reblog' and n.from_account_id = u.account_id
     and not exists (
       select from statuses r
       where r.account_id = u.account_id and r.reblog_of_id = u.reblog_of_id and r.deleted_at is null
     )
   )
returning n.account_id
