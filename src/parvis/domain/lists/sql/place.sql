-- Put account $2 on the lists $3 of $1, and take it off all others of $1. Answers how many of the lists
-- are there, and whether the account may be on them (followed, or the owner).
with wanted as (
  select id from lists where account_id = $1::bigint and id = any($3::bigint[])
), member as (
  select a.id from accounts a
  where a.id = $2::bigint and a.suspended_at is null and a.deleted_at is null
    and (a.id = $1 or exists (select from follows f where f.account_id = $1 and f.target_id = a.id))
), removed as (
  delete from list_accounts m using lists l
  where l.id = m.list_id and l.account_id = $1 and m.account_id = $2 and l.id <> all($3)
), added as (
  insert into list_accounts (list_id, account_id) select wanted.id, member.id from wanted, member
  on conflict (list_id, account_id) do nothing
)
select (select count(*) from wanted) as found, exists (select from member) as may
