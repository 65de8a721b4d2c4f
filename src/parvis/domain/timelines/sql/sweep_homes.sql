-- In the homes of the next $2 people after the account $1, keep the newest $3 entries, and none of statuses
-- deleted an hour ago (until then, streams ask who had them). Answers the last of these accounts.
with swept as (
  select account_id from users where account_id > $1::bigint order by account_id limit $2::int
), oldest as (
  select w.account_id, (
    select h.status_id from home_entries h where h.account_id = w.account_id
    order by h.status_id desc offset $3::int limit 1
  ) as left_out
  from swept w
), gone as (
  delete from home_entries h using oldest o
  where h.account_id = o.account_id
    and (
      h.status_id <= o.left_out
      or exists (select from statuses s where s.id = h.status_id and s.deleted_at < now() - interval '1 hour')
    )
)
select max(account_id) from swept
