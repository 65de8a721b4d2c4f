-- Whole reports.
select r.id, r.account_id, r.target_id, r.status_ids, r.category, r.comment, r.is_forwarded,
       r.assigned_to_id, r.resolved_at, r.resolved_by_id, r.created_at, r.updated_at,
       array(select u.id from rules u where u.id = any(r.rule_ids) order by u.position, u.id) as rule_ids
from reports r
where r.id = any($1::bigint[])
order by r.id desc
