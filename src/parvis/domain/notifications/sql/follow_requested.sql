-- Accounts $1 ask to follow $2: tell them.
with candidate as (
  select r.target_id as account_id, 'follow_request' as kind, r.account_id as from_account_id,
         null::bigint as status_id
  from unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
  join follow_requests r on r.account_id = t.account_id and r.target_id = t.target_id
)
insert into notifications (account_id, kind, from_account_id, status_id)
select c.account_id, c.kind, c.from_account_id, c.status_id
from candidate c
where {{may_notify(c)}}
order by c.account_id
on conflict do nothing
returning id, account_id
