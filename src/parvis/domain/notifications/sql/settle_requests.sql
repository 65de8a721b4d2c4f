-- Requests to follow that were answered or withdrawn need no answer any more. $1 asked $2.
delete from notifications n
using unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
where n.account_id = t.target_id and n.from_account_id = t.account_id and n.kind = 'follow_request'
  and not exists (
    select from follow_requests r where r.account_id = t.account_id and r.target_id = t.target_id
  )
returning n.account_id
