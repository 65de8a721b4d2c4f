-- Accounts $1 follow $2 no longer, if it still is so.
delete from notifications n
using unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
where n.account_id = t.target_id and n.from_account_id = t.account_id and n.kind = 'follow'
  and not exists (
    select from follows f where f.account_id = t.account_id and f.target_id = t.target_id
  )
returning n.account_id
