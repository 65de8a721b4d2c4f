-- Report an account with statuses of theirs that the reporter may see, or tell what was not found.
with found as (
  select
    {{standing($1::bigint)}} as standing,
    (select a.id from accounts a where a.id = $2::bigint and a.deleted_at is null) as target_id,
    array(
      select s.id from statuses s
      where s.id = any($3::bigint[]) and s.account_id = $2 and {{visible(s, $1)}} order by s.id
    ) as status_ids,
    array(select r.id from rules r where r.id = any($4::bigint[]) order by r.position, r.id) as rule_ids
), made as (
  insert into reports (account_id, target_id, status_ids, rule_ids, category, comment, is_forwarded)
  select $1, f.target_id, f.status_ids, f.rule_ids, $5, $6, $7 from found f
  where f.target_id is not null and cardinality(f.status_ids) = cardinality($3)
    and cardinality(f.rule_ids) = cardinality($4)
  returning id, created_at
)
select f.*, m.id, m.created_at from found f left join made m on true
