-- Polls have ended: tell their authors and all who voted.
with candidate as (
  select b.account_id, 'poll' as kind, p.account_id as from_account_id, p.status_id
  from polls p join ballots b on b.poll_id = p.id
  where p.id = any($1::bigint[]) and b.account_id <> p.account_id
  union all
  select p.account_id, 'poll', p.account_id, p.status_id
  from polls p where p.id = any($1)
)
{{told(candidate)}}
