-- Report an account with statuses of theirs that the reporter may see, or tell what was not found. Words that
-- sent again (a double click, a retry) while the report is open are the same report: $8 is made of them.
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
  insert into reports (account_id, target_id, status_ids, rule_ids, category, comment, is_forwarded, said_sha256)
  select $1, f.target_id, f.status_ids, f.rule_ids, $5, $6, $7, $8 from found f
  where f.target_id is not null and cardinality(f.status_ids) = cardinality($3)
    and cardinality(f.rule_ids) = cardinality($4)
  on conflict (said_sha256) do update set updated_at = now() -- to answer the report that is there
  returning id, created_at, xmax = 0 as is_new
)
select f.*, m.id, m.created_at, m.is_new
from found f left join made m on true
