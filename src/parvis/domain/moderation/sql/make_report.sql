-- Report an account with statuses of theirs that the reporter may see, or tell what was not found. Words that
-- were sent minutes ago and are sent again (a double click, a retry) are the same report.
with found as (
  select
    {{standing($1::bigint)}} as standing,
    (select a.id from accounts a where a.id = $2::bigint and a.deleted_at is null) as target_id,
    array(
      select s.id from statuses s
      where s.id = any($3::bigint[]) and s.account_id = $2 and {{visible(s, $1)}} order by s.id
    ) as status_ids,
    array(select r.id from rules r where r.id = any($4::bigint[]) order by r.position, r.id) as rule_ids
), same as (
  select r.id, r.created_at from reports r, found f
  where r.account_id = $1 and r.target_id = f.target_id and r.created_at > now() - interval '5 minutes'
    and r.resolved_at is null and r.status_ids = f.status_ids and r.rule_ids = f.rule_ids
    and r.category = $5 and r.comment = $6
  order by r.id limit 1
), made as (
  insert into reports (account_id, target_id, status_ids, rule_ids, category, comment, is_forwarded)
  select $1, f.target_id, f.status_ids, f.rule_ids, $5, $6, $7 from found f
  where f.target_id is not null and cardinality(f.status_ids) = cardinality($3)
    and cardinality(f.rule_ids) = cardinality($4) and not exists (select from same)
  returning id, created_at
)
select f.*, coalesce(m.id, s.id) as id, coalesce(m.created_at, s.created_at) as created_at, s.id is null as is_new
from found f left join made m on true left join same s on true
