-- Accounts $1 ask to follow $2: tell them.
with candidate as (
  select r.target_id as account_id, 'follow_request' as kind, r.account_id as from_account_id,
         null::bigint as status_id
  from unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
  join follow_requests r on r.account_id = t.account_id and r.target_id = t.target_id
)
{{told(candidate)}}
