-- Freeze who may vote in a poll: those on a list of its author's as it is now. Answers how many; null: it is
-- not theirs.
with own as (
  select id from lists where id = $2::bigint and account_id = $3::bigint
), enrolled as (
  insert into poll_electors (poll_id, account_id)
  select $1::bigint, la.account_id
  from own join list_accounts la on la.list_id = own.id join accounts a on a.id = la.account_id
  where a.domain is null and a.id <> $3 and {{present(a)}} and {{member(la, $3)}}
  returning account_id
)
update polls set eligible = (select count(*) from enrolled) where id = $1 and exists (select from own)
returning eligible
