-- Favourites of statuses $1 were taken back by $2, if it still is so.
delete from notifications n
using unnest($1::bigint[], $2::bigint[]) as t (status_id, account_id)
where n.status_id = t.status_id and n.from_account_id = t.account_id and n.kind = 'favourite'
  and not exists (
    select from favourites f where f.account_id = t.account_id and f.status_id = t.status_id
  )
returning n.account_id
