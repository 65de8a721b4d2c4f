-- Accounts $1 follow $2: tell them, unless they let them follow themselves (they had asked).
with candidate as (
  select f.target_id as account_id, 'follow' as kind, f.account_id as from_account_id, null::bigint as status_id
  from unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
  join follows f on f.account_id = t.account_id and f.target_id = t.target_id
  where not exists (
    select from notifications n
    where n.account_id = f.target_id and n.from_account_id = f.account_id and n.kind = 'follow_request'
  )
)
{{told(candidate)}}
