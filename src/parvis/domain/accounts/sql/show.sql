-- Accounts and counters that the process does not hold.
select
  (
    select coalesce(json_agg({{account_json(a)}}), '[]') from accounts a where a.id = any($1::bigint[])
  ) as accounts,
  (
    select coalesce(json_agg({{account_counters_json(a)}}), '[]')
    from accounts a left join account_counters c on c.account_id = a.id
    where a.id = any($2::bigint[])
  ) as account_counters
